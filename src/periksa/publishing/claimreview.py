"""ClaimReview, strictly: what schema.org and Google ask for, from what a publisher published, or nothing.

https://schema.org/ClaimReview · https://developers.google.com/search/docs/appearance/structured-data/factcheck
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from periksa.model import Article, ArticleKind, Scale

CONTEXT = "https://schema.org"
BEST, WORST = 5, 1
NUMBERS: Mapping[Scale, int] = {
    Scale.FALSE: 1,
    Scale.ALTERED: 1,
    Scale.SCAM: 1,
    Scale.MISLEADING: 2,
    Scale.MISSING_CONTEXT: 3,
    Scale.MIXED: 3,
    Scale.TRUE: 5,
}
"""Where a rating stands between false (1) and true (5), as Google documents it. The others say nothing of the kind."""


def review(article: Article, scale: Scale | None) -> dict[str, Any] | None:
    """The review of a fact-check that has a claim, a rating, an address and a publisher; else None.

    `scale` is what the rating comes to, None where nobody knows: then it has no number.
    """
    needed = (article.claim, article.rating, article.url, article.outlet)
    if article.kind is not ArticleKind.FACT_CHECK or not all(needed):
        return None
    return {
        "@type": "ClaimReview",
        "url": article.url,
        **({"datePublished": article.date.isoformat()} if article.date else {}),
        **({"inLanguage": article.language} if article.language else {}),
        "claimReviewed": article.claim,
        "author": {"@type": "Organization", "name": article.outlet},
        "reviewRating": _rating(article.rating, scale),
        "itemReviewed": {"@type": "Claim", "name": article.claim},
    }


def in_page(article: Article, scale: Scale | None) -> dict[str, Any] | None:
    """The same with its context, as it stands alone in a page."""
    found = review(article, scale)
    return {"@context": CONTEXT, **found} if found else None


def item(article: Article, scale: Scale | None) -> dict[str, Any] | None:
    """The same as one element of a DataFeed."""
    found = review(article, scale)
    if found is None:
        return None
    dated = {"dateCreated": article.date.isoformat()} if article.date else {}
    return {"@type": "DataFeedItem", **dated, "item": [found]}


def feed(items: Iterable[str], made: datetime, name: str) -> Iterator[str]:
    """A DataFeed around elements that are JSON already, one a line, in pieces to be written one after another."""
    yield f'{{"@context": "{CONTEXT}", "@type": "DataFeed", "name": {json.dumps(name, ensure_ascii=False)}, '
    yield f'"dateModified": "{made.isoformat(timespec="seconds")}", "dataFeedElement": ['
    before = "\n"
    for each in items:
        yield before + each
        before = ",\n"
    yield "\n]}\n"


def _rating(word: str, scale: Scale | None) -> dict[str, Any]:
    number = NUMBERS.get(scale) if scale else None
    numbered = {"ratingValue": number, "bestRating": BEST, "worstRating": WORST} if number else {}
    return {"@type": "Rating", "alternateName": word, **numbered}
