"""Any JSON whatever in any field is a problem at worst."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from periksa.sources import Parsed
from periksa.sources.claimreview import ClaimReview
from periksa.sources.jsonl import Jsonl
from periksa.sources.record import FIELDS, STATEMENT_FIELDS

Write = Callable[[str, bytes | str], Path]

SCHEMA = (
    "@id", "@type", "@value", "url", "mainEntityOfPage", "claimReviewed", "reviewRating", "alternateName",
    "ratingValue", "itemReviewed", "author", "name", "datePublished", "appearance", "inLanguage", "publisher",
    "headline", "review",
)  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["ClaimReview", "#a", "https://a.example/1", "2023-03-10"])
)

ANY_JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(SCHEMA), inner, max_size=4)
)
STATEMENTS = st.lists(st.dictionaries(st.sampled_from([one.name for one in STATEMENT_FIELDS]), ANY_JSON), max_size=2)
RECORDS = st.dictionaries(
    st.sampled_from([name for one in FIELDS for name in one.names]) | st.text(), ANY_JSON | STATEMENTS
)
REVIEWS = st.dictionaries(st.sampled_from(SCHEMA), ANY_JSON)

hostile = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _is_sound(parsed: Parsed) -> bool:
    """Something came of it, and it can be stored."""
    assert str(parsed).encode()
    return parsed.article is not None or any(problem.refused for problem in parsed.problems)


@hostile
@given(RECORDS)
def test_any_record(write: Write, record: dict[str, Any]) -> None:
    first, *rest = Jsonl().parse(write("cek.jsonl", json.dumps(record)))
    assert _is_sound(first)
    assert all(not problem.refused for parsed in rest for problem in parsed.problems)


@hostile
@given(REVIEWS, REVIEWS)
def test_any_review(write: Write, one: dict[str, Any], other: dict[str, Any]) -> None:
    document = [{**one, "@type": "ClaimReview"}, {"@type": "WebPage", "review": {**other, "@type": "ClaimReview"}}]
    records = list(ClaimReview().parse(write("cek.json", json.dumps(document))))
    assert len(records) >= 2
    assert all(map(_is_sound, records))
