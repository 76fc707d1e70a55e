"""`periksa doctor`: looks at every setting, file and service, and says what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from periksa.cli.doctor.row import Row, State
from periksa.cli.installation import ConfigFile
from periksa.cli.screen import screen, table
from periksa.errors import ConfigError

COLOUR = {State.OK: "green", State.WARNING: "yellow", State.PROBLEM: "bold red"}


def run(
    online: Annotated[bool, typer.Option("--online", help="Also ask the platforms whether they know us.")] = False,
    revive: Annotated[bool, typer.Option("--revive", help="First let jobs that were given up be tried again.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the rows for a program.")] = False,
    config: ConfigFile = None,
) -> None:
    """Look at every setting, file and service, and say what to do. Ends with 1 if there is a problem."""
    if revive:
        _revive(config)
    rows = list(examine(config, online))
    _print_json(rows) if json else _print(rows)
    if any(row.state is State.PROBLEM for row in rows):
        raise typer.Exit(1)


def examine(file: Path | None, online: bool) -> Iterator[Row]:
    """Every check, in an order in which a first problem explains those after it."""
    from periksa.cli.doctor import keys, learned, library, place, telegram, whatsapp
    from periksa.config import load

    try:
        loaded = load(file)
    except ConfigError as error:
        yield Row("settings", State.PROBLEM, str(error), "Correct it; nothing else can be looked at before.")
        return
    config = loaded.config
    yield place.settings(loaded)
    yield from place.folder(config.data_dir)
    yield place.sqlite()
    yield keys.kept(config)
    yield learned.models(config.models)
    yield from library.kept(config)
    yield whatsapp.complete(config.whatsapp)
    if config.whatsapp.on:
        yield whatsapp.late(config)
    if online and config.whatsapp.on:
        yield whatsapp.online(config.whatsapp)
    yield telegram.complete(config.telegram)
    if online and config.telegram.on:
        yield telegram.online(config.telegram)
    yield place.port(config.web)


def _revive(file: Path | None) -> None:
    from periksa.cli.doctor.library import revive_all
    from periksa.cli.screen import aside
    from periksa.config import load

    count = revive_all(load(file).config)
    aside().print(f"{count:,} jobs will be tried again.")


def _print(rows: Iterable[Row]) -> None:
    from rich.text import Text

    made = table("checked", "state", "found, and what to do")
    for row in rows:
        told = Text.assemble(row.found, *([f"\n→ {row.do}"] if row.do else []))
        made.add_row(row.check, Text(row.state, style=COLOUR[row.state]), told)
    screen().print(made)


def _print_json(rows: Iterable[Row]) -> None:
    import json

    typer.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2))
