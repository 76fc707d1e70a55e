"""Check of the words in which publishers rate: those that nobody mapped are told to the operator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from periksa.cli.doctor.row import Row, State

if TYPE_CHECKING:
    from periksa.answers.ratings import Ratings
    from periksa.model import Article

NAMED = 5
"""Words named in the row, the most frequent first."""


class Words:
    """Ratings of fact-checks that are not on the scale, counted while the articles pass by."""

    def __init__(self, ratings: Ratings) -> None:
        self._ratings = ratings
        self.unknown: Counter[str] = Counter()

    def among(self, articles: Iterable[Article]) -> Iterator[Article]:
        """The same articles."""
        from periksa.model import ArticleKind

        for article in articles:
            word = self._ratings.unmapped(article)
            if word and article.kind is ArticleKind.FACT_CHECK:
                self.unknown[word] += 1
            yield article


def words(counted: Words, file: str) -> Row:
    """The row; `file` is the operator's own mapping, or empty."""
    if not counted.unknown:
        return Row("rating words", State.OK, "all are on the scale")
    most = [word for word, _ in counted.unknown.most_common(NAMED)]
    more = [f"and {len(counted.unknown) - NAMED} more"] if len(counted.unknown) > NAMED else []
    which, articles = ", ".join([*most, *more]), counted.unknown.total()
    found = f"{_many(len(counted.unknown), 'rating')} not mapped: {which}; {_many(articles, 'article')}"
    where = f"add them to {file}" if file else "write a file and name it in library.ratings"
    return Row("rating words", State.WARNING, found, f"See them with periksa ratings --unmapped, then {where}.")


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
