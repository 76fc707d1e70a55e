"""ClaimReview as schema.org and Google document it: whole, or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from periksa.model import Article, ArticleKind, Scale
from periksa.publishing.claimreview import NUMBERS, feed, in_page, item, review
from periksa.publishing.records import COLUMNS, for_table

CHECK = Article(
    "uji-1",
    ArticleKind.FACT_CHECK,
    "Air kelapa",
    outlet="Harian Uji",
    url="https://uji.example/1",
    date=date(2025, 4, 2),
    claim="Air kelapa menetralkan bisa ular.",
    rating="HOAKS!",
)


def test_a_whole_review() -> None:
    assert in_page(CHECK, Scale.FALSE) == {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": "https://uji.example/1",
        "datePublished": "2025-04-02",
        "inLanguage": "id",
        "claimReviewed": "Air kelapa menetralkan bisa ular.",
        "author": {"@type": "Organization", "name": "Harian Uji"},
        "reviewRating": {
            "@type": "Rating",
            "alternateName": "HOAKS!",
            "ratingValue": 1,
            "bestRating": 5,
            "worstRating": 1,
        },
        "itemReviewed": {"@type": "Claim", "name": "Air kelapa menetralkan bisa ular."},
    }


@pytest.mark.parametrize("needed", ["claim", "rating", "url", "outlet"])
def test_nothing_that_is_required_is_made_up(needed: str) -> None:
    lacking = replace(CHECK, **{needed: ""})
    assert (review(lacking, Scale.FALSE), in_page(lacking, Scale.FALSE), item(lacking, Scale.FALSE)) == (None,) * 3


def test_news_has_no_review() -> None:
    assert review(replace(CHECK, kind=ArticleKind.NEWS), Scale.FALSE) is None


def test_what_is_recommended_is_left_out_where_it_is_not_known() -> None:
    made = review(replace(CHECK, date=None, language=""), None)
    assert made is not None
    assert not {"datePublished", "inLanguage"} & made.keys()


@pytest.mark.parametrize("scale", [None, *Scale])
def test_a_number_stands_only_where_the_scale_knows_one(scale: Scale | None) -> None:
    made = review(CHECK, scale)
    assert made is not None
    rating = made["reviewRating"]
    assert rating["alternateName"] == "HOAKS!"
    numbers = [rating.get(name) for name in ("worstRating", "ratingValue", "bestRating")]
    if scale in NUMBERS:
        assert numbers == sorted(numbers)
        assert (numbers[0], numbers[2]) == (1, 5)
    else:
        assert numbers == [None] * 3


def test_only_what_is_so_gets_the_best_number() -> None:
    assert [scale for scale, number in NUMBERS.items() if number >= 4] == [Scale.TRUE]
    assert not {Scale.SATIRE, Scale.UNPROVEN, Scale.NO_VERDICT} & NUMBERS.keys()


def test_a_feed_is_one_document() -> None:
    made = json.dumps(item(CHECK, None))
    whole = json.loads("".join(feed([made, made], datetime(2026, 3, 1, tzinfo=UTC), 'Cek "Fakta"')))
    assert whole["name"] == 'Cek "Fakta"'
    assert whole["dateModified"] == "2026-03-01T00:00:00+00:00"
    assert [each["item"][0]["url"] for each in whole["dataFeedElement"]] == [CHECK.url] * 2


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_cell_is_no_formula(sign: str) -> None:
    row = dict(zip(COLUMNS, for_table(replace(CHECK, title=f"{sign}1"), None), strict=True))
    assert row["title"] == f"'{sign}1"
    assert row["scale"] == ""
