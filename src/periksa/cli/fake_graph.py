"""`periksa fake-graph`: a Graph API on this machine, to try WhatsApp out without an account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from periksa.cli.installation import ConfigFile
from periksa.cli.screen import screen
from periksa.cli.serve import listening

if TYPE_CHECKING:
    from periksa.web.fake_graph import Template

STANDS_FOR = {
    "token": "fake-token",
    "app_secret": "fake-secret",
    "verify_token": "fake-word",
    "phone_number_id": "1",
    "business_account_id": "2",
}
"""Used where the configuration names none."""


def run(
    config: ConfigFile = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port of 127.0.0.1 to listen on.")] = 9000,
    webhook: Annotated[
        str, typer.Option(metavar="URL", help="Where messages and statuses are delivered.")
    ] = "http://127.0.0.1:8000/hooks/whatsapp",
    latency: Annotated[float, typer.Option(metavar="MS", help="Milliseconds before every answer.", min=0)] = 0,
    limits: Annotated[
        bool, typer.Option("--limits", help="Keep to the platform's rates and its 24-hour window.")
    ] = False,
) -> None:
    """Stand in for WhatsApp on this machine.

    It refuses what the platform refuses and delivers webhooks as the platform does. Secrets come from the settings.
    """
    from periksa.app import clock, new_id
    from periksa.config import load
    from periksa.web.fake_graph import READY, FakeGraph, Settings, serve

    loaded = load(config).config
    whatsapp = loaded.whatsapp
    known = {
        "token": whatsapp.token.get_secret_value(),
        "app_secret": whatsapp.app_secret.get_secret_value(),
        "verify_token": whatsapp.verify_token.get_secret_value(),
        "phone_number_id": whatsapp.phone_number_id,
        "business_account_id": whatsapp.business_account_id,
    }
    missing = {name: value for name, value in STANDS_FOR.items() if not known[name]}
    known |= missing
    settings = Settings(
        token=known["token"],
        secret=known["app_secret"],
        verify_token=known["verify_token"],
        phone_number_id=known["phone_number_id"],
        business_account_id=known["business_account_id"],
        callback_url=webhook,
        window=limits,
        pair_rate=limits,
        throughput=limits,
        latency=latency,
        templates=READY,
    )
    listening("127.0.0.1", port, "--port").close()
    address = f"http://127.0.0.1:{port}"
    variables = {f"WHATSAPP_{name.upper()}": value for name, value in {"graph_url": address, **missing}.items()}
    for section, template in (("WHATSAPP", whatsapp.template), ("BROADCAST", loaded.broadcast.template)):
        if not template:
            variables |= _ready(section, READY)
    screen().print(_welcome(address, webhook, variables), soft_wrap=True)
    serve(FakeGraph(settings, clock, new_id), "127.0.0.1", port)


def _ready(section: str, templates: Sequence[Template]) -> dict[str, str]:
    """The settings by which one of these is used for late answers (WHATSAPP), or for broadcasts."""
    fitting = [one for one in templates if bool(one.variables) is (section == "BROADCAST")]
    languages = ",".join(one.language for one in fitting)
    return {f"{section}_TEMPLATE": fitting[0].name, f"{section}_TEMPLATE_LANGUAGES": languages}


def _welcome(address: str, webhook: str, variables: dict[str, str]) -> str:
    told = " \\\n".join(f"  PERIKSA_{name}={value}" for name, value in variables.items())
    return (
        f"A fake Graph API answers at {address} and delivers to {webhook}. Ctrl-C stops it.\n\n"
        f"Start the tipline against it:\n{told} \\\n  periksa serve\n\n"
        f"Write to it as somebody:\n"
        f'  curl {address}/deliver -d \'{{"messages": [{{"from": "6281200000001", "text": "vaksin"}}]}}\'\n'
        f"See what it was sent:\n  curl {address}/recorded"
    )
