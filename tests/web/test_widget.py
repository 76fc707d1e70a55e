"""The widget's two doors over real HTTP: the script for anybody's page, the frame for pages that may show it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
from starlette.applications import Starlette
from tests.conftest import Clock
from tests.web.conftest import Server, Tipline

from periksa.errors import StoreBusy
from periksa.web.site import build

pytestmark = pytest.mark.network

SITES = ["https://harian.example", "https://*.harian.example"]
SESSION = {"x-periksa-session": "5" * 32, "sec-fetch-site": "same-origin"}


@pytest.fixture
def app(tipline: Tipline, clock: Clock) -> Starlette:
    return build(tipline, clock, name="Cek Fakta </script>", sites=SITES)


@pytest.fixture
def http(server: Server) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.url, timeout=10) as client:
        yield client


def ancestors(answer: httpx2.Response) -> str:
    return answer.headers["content-security-policy"].rpartition("frame-ancestors ")[2]


def test_only_the_frame_may_be_shown_and_only_by_sites_that_are_named(http: httpx2.Client) -> None:
    assert ancestors(http.get("/widget")) == "https://harian.example https://*.harian.example"
    for path in ("/", "/chat", "/widget.js", "/health", "/widget/", "/nowhere"):
        assert ancestors(http.get(path)) == "'none'", path


def test_the_script_is_small_and_can_be_loaded_by_any_page(http: httpx2.Client) -> None:
    answer = http.get("/widget.js")
    assert len(answer.content) < 6000
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "</script>" not in answer.text
    again = http.get("/widget.js", headers={"if-none-match": answer.headers["etag"].removeprefix("W/")})
    assert (again.status_code, again.content) == (304, b"")


def test_the_frame_needs_and_sets_no_cookie(http: httpx2.Client) -> None:
    one, other = http.get("/widget"), http.get("/widget")
    assert "set-cookie" not in one.headers
    session = one.text.partition('data-session="')[2][:32]
    assert int(session, 16)
    assert session not in other.text


def test_what_was_said_is_shown_to_whoever_has_the_session(http: httpx2.Client, tipline: Tipline) -> None:
    said = {"id": "a" * 32, "text": "air kelapa?", "choice": ""}
    assert http.post("/chat/messages", json=said, headers=SESSION).status_code == 200
    assert "air kelapa?" in http.get("/widget", headers=SESSION).text
    assert "air kelapa?" not in http.get("/widget").text
    assert "air kelapa?" not in http.get("/widget", headers=SESSION | {"x-periksa-session": "6" * 32}).text
    assert tipline.heard() == ["air kelapa?"]


@pytest.mark.parametrize("session", ["", "x", "5" * 31, "5" * 33, "../" * 11])
def test_a_session_that_is_none_is_refused(http: httpx2.Client, tipline: Tipline, session: str) -> None:
    said = {"id": "a" * 32, "text": "air kelapa?", "choice": ""}
    answer = http.post("/chat/messages", json=said, headers=SESSION | {"x-periksa-session": session})
    assert answer.status_code == 403
    assert http.get("/chat/events", headers={"x-periksa-session": session}).status_code == 204
    assert tipline.heard() == []


def test_another_sites_script_cannot_speak_for_anybody(http: httpx2.Client, tipline: Tipline) -> None:
    said = {"id": "a" * 32, "text": "air kelapa?", "choice": ""}
    foreign = SESSION | {"sec-fetch-site": "cross-site", "origin": "https://harian.example"}
    assert http.post("/chat/messages", json=said, headers=foreign).status_code == 403
    asked = {"origin": "https://harian.example", "access-control-request-headers": "x-periksa-session"}
    allowed = http.request("OPTIONS", "/chat/messages", headers=asked)
    assert not [name for name in allowed.headers if name.startswith("access-control")]
    assert tipline.heard() == []


def test_the_language_follows_the_page_around_it(http: httpx2.Client) -> None:
    assert '<html lang="en"' in http.get("/widget?lang=en", headers={"accept-language": "id"}).text
    assert '<html lang="id"' in http.get("/widget?lang=xx", headers={"accept-language": "en"}).text


def test_a_store_in_trouble_is_said_in_the_frame(http: httpx2.Client, tipline: Tipline) -> None:
    tipline.trouble = StoreBusy("locked")
    answer = http.get("/widget", headers=SESSION)
    assert answer.status_code == 503
    assert "sedang sibuk" in answer.text


def test_without_sites_there_is_no_widget(server: Server, tipline: Tipline, clock: Clock, stage: tuple) -> None:
    stage[0].app = build(tipline, clock)
    answer = httpx2.get(f"{server.url}/widget.js")
    assert (answer.status_code, "web.sites" in answer.text) == (404, True)
    assert ancestors(httpx2.get(f"{server.url}/widget")) == "'none'"
