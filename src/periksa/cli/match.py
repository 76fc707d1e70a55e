"""`periksa match`: what the tipline would do with every question of a file, as JSON lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from periksa.cli.installation import ConfigFile
from periksa.cli.screen import aside
from periksa.errors import InputError


def run(
    documents: Annotated[list[Path], typer.Argument(metavar="DOCS...", help="Library files to search in.")],
    queries: Annotated[Path, typer.Option("--queries", help="Questions: JSON lines with qid and text.")],
    out: Annotated[Path, typer.Option("--out", help="Where the results go, one JSON line per question.")],
    config: ConfigFile = None,
) -> None:
    """Decide every question of a file against a library of its own, and write what was found.

    Uses the readers, index and answers of the tipline, and a temporary index. Settings count, the store does not.
    """
    from rich.progress import track

    from periksa import app, measure
    from periksa.config import load

    console = aside()
    if not out.parent.is_dir():
        raise InputError(f"{out} cannot be written: there is no folder {out.parent}.")
    asked = list(measure.questions(queries))
    with (
        app.measuring(load(config).config, documents) as (finder, held),
        out.open("w", encoding="utf-8") as file,
    ):
        console.print(f"{len(held):,} articles, {len(asked):,} questions")
        decided = measure.ask(lambda message: finder.find(message).decision, asked)
        for each in track(decided, "Matching", total=len(asked), console=console):
            file.write(json.dumps(each.record(), ensure_ascii=False) + "\n")
    console.print(f"Written to {out}", soft_wrap=True)
