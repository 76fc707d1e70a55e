"""Every shipped profile reads a page in the structure of its site: title, day, rating, claim, the text and no more."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from periksa.sources import Fetched
from periksa.sources.furniture import is_furniture
from periksa.sources.page import Page
from periksa.sources.profiles import shipped

FOLDER = Path(__file__).parent / "sites"
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text("utf-8"))["article"]
SITES = {site.name: site for site in shipped()}
VISITED = datetime(2023, 4, 1, tzinfo=UTC)
NOT_THE_ARTICLE = ("Baca", "ADVERTISEMENT", "SCROLL", "Iklan", "Follow", "Infografis", "halaman", "Hak cipta", "Gambas",
                   "Tergenang", "Gula", "Pewarta", "WhatsApp", "swl", "©")  # fmt: skip


def fetched(expected: dict[str, Any]) -> list[Fetched]:
    urls = [expected["url"], *expected.get("more", ())]
    pages = [
        Fetched(url, (FOLDER / name).read_bytes(), VISITED) for url, name in zip(urls, expected["pages"], strict=False)
    ]
    assert len(pages) == len(expected["pages"])
    return pages


@pytest.fixture(params=EXPECTED, ids=lambda expected: expected["pages"][0])
def expected(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.param


def test_every_profile_has_a_page_and_every_page_is_used() -> None:
    assert {expected["site"] for expected in EXPECTED} == set(SITES)
    assert sorted(name for expected in EXPECTED for name in expected["pages"]) == sorted(
        path.name for path in FOLDER.glob("*.html")
    )


def test_the_article_is_as_it_was_published(expected: dict[str, Any]) -> None:
    site = SITES[expected["site"]]
    (parsed,) = Page().read(fetched(expected), site)
    article = parsed.article
    assert article
    assert parsed.problems == ()
    for name in ("kind", "title", "date", "url"):
        assert getattr(article, name) == expected[name]
    for name in ("place", "rating", "claim", "summary"):
        assert getattr(article, name) == expected.get(name, "")
    assert (article.outlet, article.language) == (site.outlet, expected.get("language", "id"))


def test_the_text_is_whole_and_nothing_else(expected: dict[str, Any]) -> None:
    (parsed,) = Page().read(fetched(expected), SITES[expected["site"]])
    assert parsed.article
    paragraphs = parsed.article.body.split("\n\n")
    assert len(paragraphs) == expected["paragraphs"]
    assert paragraphs[0].startswith(expected["first"])
    assert paragraphs[-1] == expected["last"]
    assert not [line for line in paragraphs if is_furniture(line)]
    assert not [word for word in NOT_THE_ARTICLE if word in parsed.article.body]


def test_where_the_article_goes_on(expected: dict[str, Any]) -> None:
    pages = fetched(expected)
    assert Page().more(pages[:1], SITES[expected["site"]]) == tuple(expected.get("more", ()))
    assert Page().more(pages, SITES[expected["site"]]) == tuple(expected.get("more", ())[len(pages) - 1 :])


def test_the_profile_wants_the_address(expected: dict[str, Any]) -> None:
    assert SITES[expected["site"]].wants(expected["url"])


def test_all_of_it_is_fetched_under_an_address_that_leads_back(expected: dict[str, Any]) -> None:
    site = SITES[expected["site"]]
    assert site.article_address(site.to_fetch(expected["url"])) == expected["url"]
    assert site.to_fetch(site.to_fetch(expected["url"])) == site.to_fetch(expected["url"])
