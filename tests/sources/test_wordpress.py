from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from periksa.errors import SourceError
from periksa.model import ArticleKind
from periksa.sources import Fetched, Further
from periksa.sources.site import Site
from periksa.sources.wordpress import WordPress

POSTS = (Path(__file__).parent / "listings/wordpress-posts.json").read_bytes()
ADDRESS = "https://kabarkini.example/wp-json/wp/v2/posts"
Make = Callable[..., Fetched]
Profile = Callable[..., Site]
RATING = {"where": "title", "pattern": r"^\[(?P<word>[A-Z]+)\]\s*", "cut": True, "example": "[SALAH] Retak"}


def test_posts_are_whole_articles(fetched: Make, site: Profile) -> None:
    profile = site(publishes="fact-checks", rating=[RATING], conclusion=["(?i)kesimpulan"])
    one, two = WordPress().list(fetched(POSTS, ADDRESS), profile)
    assert one.pointer
    assert one.problems == ()
    article = one.pointer.article
    assert article
    assert (article.kind, article.rating, article.title) == (ArticleKind.FACT_CHECK, "SALAH", "“Bendungan Randu Retak”")
    assert article.body == "Beredar foto retakan.\n\nKesimpulan\n\nFoto itu bendungan lain."
    assert article.summary == "Foto itu bendungan lain."
    assert article.date == one.pointer.date == date(2023, 3, 10)  # half past midnight in Jakarta
    assert one.pointer.changed == datetime(2023, 3, 10, 1, tzinfo=UTC)
    assert one.pointer.guid == "101"
    assert one.pointer.categories == ("Hoaks & Fitnah", "bendungan", "7", "12")
    assert two.pointer
    assert (two.pointer.article, two.pointer.date) == (None, date(2023, 3, 8))  # protected: its page is asked


@pytest.mark.parametrize(
    ("address", "further"),
    [
        (f"{ADDRESS}?per_page=2", f"{ADDRESS}?per_page=2&page=2"),
        (f"{ADDRESS}?per_page=2&page=7&_embed=wp:term", f"{ADDRESS}?per_page=2&page=8&_embed=wp:term"),
        (f"{ADDRESS}?per_page=3", None),
        (ADDRESS, None),
    ],
)
def test_a_full_page_leads_on(fetched: Make, site: Profile, address: str, further: str | None) -> None:
    entries = list(WordPress().list(fetched(POSTS, address), site()))
    assert [entry.further for entry in entries if entry.further] == ([Further(further)] if further else [])


def test_after_the_last_page_there_is_nothing(fetched: Make, site: Profile) -> None:
    answer = {"code": "rest_post_invalid_page_number", "message": "Nomor laman lebih besar", "data": {"status": 400}}
    assert list(WordPress().list(fetched(json.dumps(answer), ADDRESS), site())) == []


def test_what_wordpress_refuses_is_said_in_its_words(fetched: Make, site: Profile) -> None:
    answer = {"code": "rest_forbidden", "message": "Maaf, Anda tidak diizinkan."}
    with pytest.raises(SourceError, match=r"posts is no list of posts: Maaf, Anda tidak diizinkan\.$"):
        list(WordPress().list(fetched(json.dumps(answer), ADDRESS), site()))


@pytest.mark.parametrize(
    ("post", "sentence"),
    [
        (7, "is no post"),
        ({"title": {"rendered": "Satu"}}, "is missing or no http(s) address"),
        ({"link": "javascript:alert(1)"}, "is missing or no http(s) address"),
    ],
)
def test_what_is_no_post_is_said(fetched: Make, site: Profile, post: Any, sentence: str) -> None:
    (entry,) = WordPress().list(fetched(json.dumps([post]), ADDRESS), site())
    assert entry.problems[0].what == sentence
    assert entry.problems[0].refused


def test_drafts_are_left_alone(fetched: Make, site: Profile) -> None:
    posts = [{"link": "https://kabarkini.example/1", "status": "draft", "title": {"rendered": "Satu"}}]
    assert list(WordPress().list(fetched(json.dumps(posts), ADDRESS), site())) == []
