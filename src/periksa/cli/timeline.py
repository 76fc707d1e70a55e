"""Who said what, when: a row of statements on a screen of 80 columns or more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from periksa.model import Said


def rows(said: Sequence[Said], language: str) -> Table:
    """The statements of one speaker, newest first; a day that is not known is told to be the one of the report."""
    from rich.table import Table

    made = Table.grid(padding=(0, 2))
    made.add_column(no_wrap=True)
    made.add_column(overflow="fold")
    for each in said:
        made.add_row(_day(each), _told(each, language))
    return made


def _day(said: Said) -> str:
    if said.statement.date:
        return said.statement.date.isoformat()
    return f"{said.article.date.isoformat()}\n(reported)" if said.article.date else "no date"


def _told(said: Said, language: str) -> Text:
    from rich.text import Text

    from periksa.answers.word import spoken, who

    statement, article = said.statement, said.article
    source = ", ".join(part for part in (statement.medium, article.outlet, *_via(said)) if part)
    text = Text.assemble((who(statement), "bold"), "\n", spoken(said, language))
    for line in (source, article.url):
        if line:
            text.append(f"\n{line}", "dim")
    return text


def _via(said: Said) -> Sequence[str]:
    return [f"from {each}" for each in said.statement.via]
