"""Checks of WhatsApp: its settings, and with --online the platform itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from periksa.cli.doctor.row import Row, State

if TYPE_CHECKING:
    from periksa.config import Config, WhatsAppSettings

NEEDED = ("token", "phone_number_id", "app_secret", "verify_token")


def complete(whatsapp: WhatsAppSettings) -> Row:
    """Whether it is on. Settings of a channel that is on are complete: `Config` refuses others."""
    if whatsapp.on:
        rotating = ", two app secrets" if whatsapp.app_secret_old else ""
        return Row("WhatsApp", State.OK, f"on, Graph API {whatsapp.graph_version}{rotating}")
    missing = [f"whatsapp.{name}" for name in NEEDED if not getattr(whatsapp, name)]
    if len(missing) == len(NEEDED):
        return Row("WhatsApp", State.OK, "off: none of its settings is given")
    return Row("WhatsApp", State.WARNING, "off, though some of its settings are given", f"Set {' and '.join(missing)}.")


def late(config: Config) -> Row:
    """Whether somebody who has not written for 24 hours hears anything."""
    lacking = {
        "whatsapp.template": not config.whatsapp.template and "answers wait until their person writes again",
        "broadcast.template": not config.broadcast.template and "digests and broadcasts leave people out",
    }
    told = {name: what for name, what in lacking.items() if what}
    if not told:
        return Row("after 24 h", State.OK, "late answers are announced, digests and broadcasts reach everybody")
    advice = f"Choose approved templates ({' and '.join(told)}): periksa templates"
    return Row("after 24 h", State.WARNING, "; ".join(told.values()), advice)


def online(whatsapp: WhatsAppSettings) -> Row:
    """Whether the platform knows our number and token. The number itself is neither asked for nor shown."""
    import httpx2

    address = f"{whatsapp.graph_url.rstrip('/')}/{whatsapp.graph_version}/{whatsapp.phone_number_id}"
    headers = {"Authorization": f"Bearer {whatsapp.token.get_secret_value()}"}
    try:
        status = httpx2.get(address, params={"fields": "id"}, headers=headers, timeout=10).status_code
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        advice = "Check the network and whatsapp.graph_url."
        return Row("Graph API", State.PROBLEM, f"cannot be reached ({type(error).__name__})", advice)
    if status in (401, 403):
        return Row("Graph API", State.PROBLEM, "refuses the token", "Make a new one and set whatsapp.token.")
    if status != 200:
        advice = "Check whatsapp.phone_number_id and whatsapp.graph_version."
        return Row("Graph API", State.PROBLEM, f"does not know this number (HTTP {status})", advice)
    return Row("Graph API", State.OK, "knows our number and token")
