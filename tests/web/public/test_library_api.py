"""The library for programs, over real HTTP: every answer is as the OpenAPI document says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from tests.conftest import Clock
from tests.web.public.conftest import COCONUT, DAM, LIBRARY, ODD, Shelves

from periksa.errors import StoreBusy
from periksa.model import Article
from periksa.publishing.cursors import written_change
from periksa.web.library import ASKED

pytestmark = pytest.mark.network
KINDS = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict, "null": type(None)}


def fits(value: Any, schema: dict[str, Any], parts: dict[str, Any], where: str = "$") -> None:
    """What we use of JSON Schema, strictly."""
    if "$ref" in schema:
        return fits(value, parts[schema["$ref"].rpartition("/")[2]], parts, where)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert type(value) in [KINDS[kind] for kind in kinds], f"{where} is {value!r}"
    assert "enum" not in schema or value in schema["enum"], f"{where} is {value!r}"
    if value and schema.get("format") in ("date", "date-time"):
        (date if schema["format"] == "date" else datetime).fromisoformat(value)
    if isinstance(value, dict):
        assert set(schema["required"]) <= value.keys() <= schema["properties"].keys(), where
        for name, each in value.items():
            fits(each, schema["properties"][name], parts, f"{where}.{name}")
    if isinstance(value, list):
        for at, each in enumerate(value):
            fits(each, schema["items"], parts, f"{where}[{at}]")
    return None


@pytest.fixture
def described(http: httpx2.Client) -> dict[str, Any]:
    document: dict[str, Any] = http.get("/api/openapi.json").json()
    return document


Ask = Callable[[str], Any]


@pytest.fixture
def ask(http: httpx2.Client, described: dict[str, Any]) -> Ask:
    """GET, and hold the answer against the document."""

    def get(path: str) -> Any:
        answer = http.get(path)
        known = "/api/articles/{id}" if path.startswith("/api/articles/") else path.partition("?")[0]
        told = described["paths"][known]["get"]["responses"][str(answer.status_code)]
        fits(answer.json(), told["content"]["application/json"]["schema"], described["components"]["schemas"])
        assert answer.headers["access-control-allow-origin"] == "*"
        return answer.json()

    return get


def test_the_document_describes_every_route_and_no_other(app: Starlette, described: dict[str, Any]) -> None:
    routes = {route.path.replace(":path", "") for route in app.routes if isinstance(route, Route)}
    ours = {path for path in routes if path.startswith("/api/")} - {"/api/ask", "/api/openapi.json"}
    assert described["paths"].keys() == ours
    assert described["openapi"].startswith("3.1")


def test_the_document_refers_to_all_that_is_in_it_and_nothing_else(described: dict[str, Any]) -> None:
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(described)))
    assert named == described["components"]["schemas"].keys()


def test_articles_come_newest_first_without_their_bodies(ask: Ask) -> None:
    told = ask("/api/articles")
    assert [each["id"] for each in told["articles"]] == ["lain/1?", "uji-1", "kabar-2", "kabar-1", "uji-2", ODD.id]
    assert told["next"] is None
    assert COCONUT.body not in json.dumps(told)
    coconut = told["articles"][1]
    assert (coconut["rating"], coconut["scale"], coconut["date"]) == ("SALAH", "false", "2025-04-02")
    assert coconut["page"].endswith("/articles/uji-1")


@pytest.mark.parametrize("article", LIBRARY, ids=lambda each: each.id)
def test_every_article_can_be_had_whatever_its_id(ask: Ask, article: Article) -> None:
    assert ask(f"/api/articles/{quote(article.id, safe='')}")["title"] == article.title


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("kind=news", ["kabar-2", "kabar-1"]),
        ("outlet=Cek+Lain", ["lain/1?"]),
        ("since=2025-04-02", ["lain/1?", "uji-1"]),
        ("language=en", []),
        ("kind=fact-check&limit=2", ["lain/1?", "uji-1"]),
    ],
)
def test_articles_pass_the_filters(ask: Ask, query: str, ids: list[str]) -> None:
    assert [each["id"] for each in ask(f"/api/articles?{query}")["articles"]] == ids


@pytest.mark.parametrize("path", ["/api/articles", "/api/statements"])
def test_a_walk_by_the_link_header_sees_each_once(http: httpx2.Client, ask: Ask, path: str) -> None:
    kind = path.rpartition("/")[2]
    whole = ask(path)[kind]
    seen: list[Any] = []
    at: str | None = f"{path}?limit=1"
    while at:
        answer = http.get(at)
        seen += answer.json()[kind]
        found = re.fullmatch('<(.*)>; rel="next"', answer.headers.get("link", ""))
        at = found[1] if found else None
        assert bool(at) == (answer.json()["next"] is not None)
    assert len(seen) == len(whole) > 1
    assert seen == whole


def test_statements_tell_speaker_day_and_source(ask: Ask) -> None:
    found = ask("/api/statements?speaker=WENING+laksita")["statements"]
    assert [each["article"]["id"] for each in found] == ["kabar-2", "kabar-1", "kabar-1"]
    denied = found[2]
    assert (denied["force"], denied["date"], denied["via"]) == ("denied", "2025-01-16", ["Warta Randu"])
    assert denied["article"]["url"] == DAM.url
    assert "start" not in denied
    assert ask("/api/statements?speaker=Tono") == {"statements": [], "next": None}


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/api/articles?kind=hoax", "There is no such kind; there are: fact-check, news."),
        ("/api/articles?since=kemarin", "since is not a day: write it as 2026-03-01."),
        ("/api/articles?limit=0", "limit is a number from 1 to 100."),
        ("/api/articles?limit=1e3", "limit is a number from 1 to 100."),
        ("/api/articles?cursor=abc", "The cursor is not one of ours: take the one that stands under next."),
        (
            "/api/articles?outlt=x",
            "There is no parameter 'outlt'; there are: cursor, kind, language, limit, outlet, since.",
        ),
        ("/api/statements?speaker=%3F", "The speaker has no name: give letters or digits."),
        ("/api/articles/uji-1?x=1", "There is no parameter 'x'; there are none here."),
        ("/api/articles/nix", "There is no article with this id."),
    ],
)
def test_what_is_wrong_is_one_sentence(ask: Ask, path: str, sentence: str) -> None:
    assert ask(path) == {"error": sentence}


@pytest.mark.parametrize("path", ["/api/articles", "/api/articles/uji-1", "/api/statements"])
def test_without_the_store_it_says_so(ask: Ask, store: Shelves, path: str) -> None:
    store.trouble = StoreBusy("The database postgresql://u@h/d is busy.")
    assert ask(path) == {"error": "The library is not available; ask again in a minute."}


def test_one_place_cannot_keep_the_library_busy(http: httpx2.Client, ask: Ask, clock: Clock) -> None:
    answers = [http.get("/api/articles?limit=1").status_code for _ in range(ASKED + 1)]
    assert answers == [200] * ASKED + [429]
    assert ask("/api/articles")["error"].startswith("Too many requests")
    clock.pass_(minutes=1)
    assert ask("/api/articles")["next"] is None


def test_it_is_read_only(http: httpx2.Client) -> None:
    assert http.post("/api/articles", json={}).status_code == 405
    assert http.delete("/api/articles/uji-1").status_code == 405


def test_what_is_still_the_same_is_not_sent_again(
    http: httpx2.Client, more: Callable[[Sequence[Article]], None], clock: Clock
) -> None:
    path = "/api/articles/uji-1"
    first = http.get(path)
    assert first.headers["last-modified"] == "Sun, 01 Mar 2026 08:00:00 GMT"
    asked = [{"if-none-match": first.headers["etag"]}, {"if-modified-since": first.headers["last-modified"]}]
    assert [http.get(path, headers=each).status_code for each in asked] == [304, 304]
    assert http.get(path, headers={**asked[1], "if-none-match": '"other"'}).status_code == 200
    clock.pass_(hours=1)
    more([replace(COCONUT, rating="BENAR")])
    assert [http.get(path, headers=each).status_code for each in asked] == [200, 200]


HOSTILE = [
    "W10",
    "bnVsbA",
    "WzEsMiwzXQ",
    "WyIyMDI1LTAxLTAxIiwgMSwgMF0",
    "WyIyMDI1LTAxLTAxIiwgImEiLCB0cnVlXQ",
    "%00",
    "é" * 9,
]


@pytest.mark.parametrize("cursor", HOSTILE)
def test_a_made_up_cursor_is_refused(http: httpx2.Client, cursor: str) -> None:
    assert http.get(f"/api/articles?cursor={cursor}").status_code == 422
    assert http.get(f"/checks?cursor={cursor}").status_code == 200


@pytest.fixture
def gone(store: Shelves, clock: Clock) -> Callable[[str], None]:
    """Withdraws an article, as a corridor would."""

    def gone(id: str) -> None:
        store.write(lambda tx: (tx.changes.withdrawn([id], clock()), tx.articles.drop([id]))).result()

    return gone


def test_whoever_follows_the_changes_has_the_library(
    ask: Ask, clock: Clock, more: Callable[[Sequence[Article]], None], gone: Callable[[str], None]
) -> None:
    copy: dict[str, Any] = {}

    def follow(query: str) -> str:
        while True:
            told = ask(f"/api/changes?limit=4&{query}")
            for change in told["changes"]:
                copy[change["id"]] = change.get("article")
            query = f"cursor={told['next']}"
            if not told["more"]:
                return query

    clock.pass_(minutes=2)
    at = follow("since=2020-01-01T00:00:00Z")
    assert copy.keys() == {article.id for article in LIBRARY}
    assert copy[COCONUT.id]["rating"] == "SALAH"
    more([replace(COCONUT, rating="BENAR")])
    gone(DAM.id)
    assert follow(at) == at, "the last minute is left out"
    clock.pass_(minutes=2)
    at = follow(at)
    assert copy[COCONUT.id]["rating"] == "BENAR"
    assert copy.pop(DAM.id) is None
    assert copy.keys() == {article.id for article in LIBRARY if article is not DAM}
    assert ask(f"/api/changes?{at}") == {"changes": [], "more": False, "next": at.removeprefix("cursor=")}


def test_a_withdrawal_is_told_with_its_time(ask: Ask, clock: Clock, gone: Callable[[str], None]) -> None:
    clock.pass_(hours=1)
    gone(DAM.id)
    at = clock().isoformat(timespec="seconds")
    clock.pass_(minutes=2)
    told = ask(f"/api/changes?since={quote(at)}")
    assert told["changes"] == [{"id": DAM.id, "at": at, "withdrawn": True}]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "since=kemarin",
        "since=0001-01-01T00:00:00%2B14:00",
        "since=9999-12-31T23:59:59-12:00",
        "cursor=abc",
        f"cursor={written_change(datetime.max.replace(tzinfo=timezone(timedelta(hours=-9))), 'uji-1')}",
        "since=2026-03-01&kind=news",
        "since=2026-03-01&cursor=WyIiLCAiIl0",
    ],
)
def test_changes_are_asked_for_properly(ask: Ask, query: str) -> None:
    assert ask(f"/api/changes?{query}").keys() == {"error"}
