"""`periksa answer`: an editor answers a case, and everyone who asked is told."""

from __future__ import annotations

from typing import Annotated

import typer

from periksa.cli.cases import SHORT, By, found
from periksa.cli.installation import ConfigFile, opened
from periksa.cli.screen import screen


def run(
    case: Annotated[str, typer.Argument(metavar="CASE", help="The case, by its id or the beginning of it.")],
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="The fact-check that answers it, by its id.")],
    by: By = "operator",
    config: ConfigFile = None,
) -> None:
    """Answer a case with a fact-check of the library. Everyone who asked is told, once, in their language."""
    with opened(config) as periksa:
        one = periksa.review.answer(found(periksa, case).id, article, by)
    told = f"{one.asked:,} questions" if one.asked > 1 else "one question"
    screen().print(f"Case {one.id[:SHORT]} is answered: {told}. A free worker tells everyone who asked.")
