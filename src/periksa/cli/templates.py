"""`periksa templates`: what the platform approved, which of it is chosen, and what to write where nothing is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from periksa.cli.installation import ConfigFile
from periksa.cli.screen import screen, table
from periksa.errors import ConfigError

if TYPE_CHECKING:
    from periksa.channels.whatsapp.templates import Approved
    from periksa.config import WhatsAppSettings

SUGGESTED = (
    ("id", "Ada jawaban untuk pertanyaan Anda. Ketuk tombol untuk membacanya.", "Lihat"),
    ("en", "There is an answer to your question. Tap the button to read it.", "Read it"),
)
"""Language, body and button of a template that the platform approves as "utility"."""


def run(config: ConfigFile = None) -> None:
    """List the message templates of the WhatsApp Business account, and check the one that is chosen.

    A template is what somebody can be sent when more than 24 hours have passed since they wrote. Ends with 1 if the
    chosen one (`whatsapp.template`) cannot be sent.
    """
    from periksa.config import load

    whatsapp = load(config).config.whatsapp
    found = _listed(whatsapp)
    made = table(
        "chosen", "name", "language", "state", "category", "variables", "buttons", "text", numbers=["variables"]
    )
    for one in sorted(found, key=lambda one: (one.name, one.language)):
        chosen = "yes" if one.name == whatsapp.template and one.language in whatsapp.languages else ""
        row = (chosen, one.name, one.language, one.status.lower(), one.category.lower(), str(one.variables))
        made.add_row(*row, ", ".join(one.buttons), one.body)
    screen().print(made if found else "The account has no templates yet.")
    troubles = list(wrong(whatsapp.template, whatsapp.languages, found))
    for sentence in troubles or [_chosen(whatsapp)]:
        screen().print(f"\n{sentence}", soft_wrap=True)
    if troubles:
        raise typer.Exit(1)


def wrong(name: str, languages: Iterable[str], found: Iterable[Approved]) -> Iterable[str]:
    """Why the chosen template cannot announce an answer, language by language; nothing if it can, or none is chosen."""
    for language in languages if name else ():
        meant = next((one for one in found if (one.name, one.language) == (name, language)), None)
        if meant is None:
            yield f"Template {name!r} does not exist in {language!r}: create it, or change whatsapp.template_languages."
        elif meant.status != "APPROVED":
            yield f"Template {name!r} in {language!r} is {meant.status.lower()}: it cannot be sent before its approval."
        elif meant.variables or len(meant.buttons) != 1:
            yield f"Template {name!r} in {language!r} must have no variables and exactly one quick-reply button."


def _listed(whatsapp: WhatsAppSettings) -> list[Approved]:
    from periksa.app import whatsapp_of

    if not whatsapp.on or not whatsapp.business_account_id:
        raise ConfigError(
            "Templates are listed with whatsapp.token, whatsapp.phone_number_id and whatsapp.business_account_id; "
            "set what is missing (WhatsApp Manager shows the ids)."
        )
    channel = whatsapp_of(whatsapp)
    try:
        return channel.templates(whatsapp.business_account_id)
    finally:
        channel.close()


def _chosen(whatsapp: WhatsAppSettings) -> str:
    if whatsapp.template:
        return "Late answers are announced by the chosen template."
    lines = [f"  {language}: {body}  [{button}]" for language, body, button in SUGGESTED]
    return (
        "No template is chosen: an answer that comes after 24 hours waits until the person writes again.\n"
        "Create one in the WhatsApp Manager, category utility, with one quick-reply button, for example\n"
        + "\n".join(lines)
        + "\nand when it is approved, set whatsapp.template to its name."
    )
