"""`periksa ratings`: the words in which publishers rate, and what each comes to."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from periksa.cli.installation import ConfigFile, opened
from periksa.cli.screen import screen, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from periksa.answers.ratings import Ratings
    from periksa.model import Article


@dataclass(frozen=True, slots=True)
class Used:
    """A word, as one publisher writes it."""

    outlet: str
    rating: str
    scale: str | None
    """None where it is not mapped."""
    articles: int
    example: str
    """The address of an article that is rated so, or its id."""


def run(
    unmapped: Annotated[
        bool, typer.Option("--unmapped", help="Only words that are not on the scale, with an example.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the rows for a program.")] = False,
    config: ConfigFile = None,
) -> None:
    """List the ratings of the library's fact-checks, and where each stands on the scale (docs/ratings.md)."""
    with opened(config) as periksa:
        rows = periksa.store.read(lambda tx: _used(tx.articles.all(), periksa.ratings))
    if unmapped:
        rows = [row for row in rows if row.rating and row.scale is None]
    _print_json(rows) if json else _print(rows, unmapped)


def _used(articles: Iterable[Article], ratings: Ratings) -> list[Used]:
    """One for every publisher's word; the unknown first, those without one last."""
    from periksa.model import ArticleKind

    counts: Counter[tuple[str, str, str | None]] = Counter()
    examples: dict[tuple[str, str, str | None], str] = {}
    for article in articles:
        if article.kind is ArticleKind.FACT_CHECK:
            key = article.outlet, article.rating.strip(), ratings.of(article)
            counts[key] += 1
            examples.setdefault(key, article.url or article.id)
    rows = [Used(*key, count, examples[key]) for key, count in counts.items()]
    return sorted(rows, key=lambda row: (_rank(row), -row.articles, row.outlet, row.rating))


def _rank(row: Used) -> int:
    if row.scale:
        return 1
    return 0 if row.rating else 2


def _print(rows: Sequence[Used], unmapped: bool) -> None:
    if not rows:
        screen().print(
            "Every rating is on the scale." if unmapped else "There is no fact-check yet: periksa import FILE"
        )
        return
    made = table(
        "outlet", "rating", "on the scale", "articles", *(["for example"] if unmapped else []), numbers=["articles"]
    )
    for row in rows:
        scale = row.scale or ("not mapped" if row.rating else "")
        example = [row.example] if unmapped else []
        made.add_row(row.outlet, row.rating or "none", scale, f"{row.articles:,}", *example)
    screen().print(made)


def _print_json(rows: Sequence[Used]) -> None:
    import json

    typer.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2))
