"""`periksa config`: every setting, its value and where the value comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from periksa.cli.installation import ConfigFile
from periksa.cli.screen import screen, table

if TYPE_CHECKING:
    from periksa.config import Loaded


def run(
    config: ConfigFile = None,
    toml: Annotated[bool, typer.Option("--toml", help="Print a file with every setting, to start from.")] = False,
) -> None:
    """Show every setting, its value and where that comes from."""
    if toml:
        typer.echo(template())
        return
    from periksa.config import load

    _show(load(config))


def _show(loaded: Loaded) -> None:
    from rich.text import Text

    from periksa.config import DEFAULT, settings, shown

    rows = table("setting", "value, where it comes from, what it means")
    for name, setting in settings().items():
        value, source = shown(setting.value(loaded.config)) or "(empty)", loaded.sources[name]
        origin = (f"  {source}", "dim") if source == DEFAULT else (f"  from {source}", "cyan")
        rows.add_row(name, Text.assemble((value, "bold"), origin, "\n", (setting.meaning, "dim")))
    screen().print(rows)
    screen().print(
        "\nSet web.port in periksa.toml as port under [web], or by the variable PERIKSA_WEB_PORT.\n"
        "Start a file with: periksa config --toml > periksa.toml"
    )


def template() -> str:
    """A TOML file with every setting at its default, commented out."""
    from periksa.config import sections, settings

    lines = ["# Settings of periksa, each with its default. Take the # away from a line to change it."]
    within = ""
    for name, setting in settings().items():
        section, _, key = name.rpartition(".")
        if section != within:
            within = section
            lines += ["", f"# {sections()[section]}", f"[{section}]"]
        lines += ["", f"# {setting.meaning}", f"#{key} = {_toml(setting.default)}"]
    return "\n".join(lines)


def _toml(value: Any) -> str:
    import json

    from pydantic import SecretStr

    if isinstance(value, SecretStr):
        return '""'
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else json.dumps(str(value), ensure_ascii=False)
