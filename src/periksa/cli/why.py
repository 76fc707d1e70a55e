"""Why periksa answers as it does: a decision and its candidates on a screen of 80 columns or more."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from periksa.cli.screen import table

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from periksa.answers.explain import Explained
    from periksa.asking import Asked
    from periksa.model import Article, Match

MARKS = {"+": "green", "-": "red"}
"""What stands before a reason for and a reason against, and its colour, which says nothing more."""


def told(asked: Asked, everything: bool) -> Iterator[RenderableType]:
    """The rule that decided, the best candidate with its reasons, the others in a line each.

    With `everything`, all features of every candidate as numbers.
    """
    from rich.text import Text

    yield Text(asked.rule, style="bold")
    matches = asked.decision.matches
    if matches:
        yield _head(1, matches[0])
        yield _reasons(asked.explained[0])
    if matches[1:] and not everything:
        yield Text()
        yield _others(matches[1:], asked.explained[1:])
    for place, match in enumerate(matches if everything else (), 1):
        yield _head(place, match) if place > 1 else Text()
        yield _features(match, asked.language)
    for article in asked.decision.context:
        yield Text(f"\nBeside it, news: {article.title} ({_source(article)})")


def _head(place: int, match: Match) -> Text:
    from rich.text import Text

    where = f"\n   {_source(match.article)}, {match.score:.1%}\n"
    return Text.assemble("\n", (f"{place}. {match.article.title}", "bold"), where)


def _reasons(explained: Explained) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    rows = Table.grid(padding=(0, 1))
    for mark, sentences in (("+", explained.speaks_for), ("-", explained.against)):
        for sentence in sentences:
            rows.add_row("  ", Text(mark, style=MARKS[mark]), sentence)
    return rows


def _others(matches: Sequence[Match], explained: Sequence[Explained]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    rows = Table.grid(padding=(0, 1))
    rows.add_column(justify="right")
    rows.add_column(justify="right")
    for place, (match, each) in enumerate(zip(matches, explained, strict=True), 2):
        line = Text.assemble(f"{match.article.title} ({_source(match.article)}): ", (each.briefly, "dim"))
        rows.add_row(f"{place}.", f"{match.score:.1%}", line)
    return rows


def _features(match: Match, language: str) -> RenderableType:
    """Points add up to the log-odds of the probability."""
    from rich.padding import Padding

    from periksa.answers.explain import feature

    rows = table("feature", "name", "value", "points", numbers=("value", "points"))
    for reason in match.reasons:
        rows.add_row(feature(reason.name, language), reason.name, f"{reason.value:.2f}", f"{reason.share:+.2f}")
    total = math.log(match.score / (1 - match.score))
    rows.add_row("to begin with", "", "", f"{total - sum(reason.share for reason in match.reasons):+.2f}", style="dim")
    rows.add_row("probability", "", f"{match.score:.1%}", f"{total:+.2f}", style="bold")
    return Padding(rows, (0, 0, 0, 3))


def _source(article: Article) -> str:
    return ", ".join(filter(None, (article.outlet, article.date.isoformat() if article.date else "no date")))
