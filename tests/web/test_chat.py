"""The chat page over real HTTP, as browsers with and without its script use it."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import httpx2
import pytest
from starlette.applications import Starlette
from tests.web.conftest import Server, Tipline

from periksa.errors import StoreBusy
from periksa.model import Option
from periksa.web.public import stream
from periksa.web.public.said import MOST

pytestmark = pytest.mark.network

OURS = {"sec-fetch-site": "same-origin"}
NewId = Callable[[], str]


@pytest.fixture
def http(server: Server) -> Iterator[httpx2.Client]:
    """A browser that has opened the page once."""
    with httpx2.Client(base_url=server.url, timeout=10, headers=OURS) as client:
        client.get("/")
        yield client


@pytest.fixture
def new_key() -> NewId:
    numbers = iter(range(1, 1000))
    return lambda: f"{next(numbers):032x}"


def key_of(page: str) -> str:
    found = re.search(r'name="key" value="([0-9a-f]{32})"', page)
    assert found
    return found[1]


class Events:
    """Server-sent events as a browser reads them."""

    def __init__(self, http: httpx2.Client, after: int | str = 0, last: str = "") -> None:
        headers = {"last-event-id": last} if last else {}
        self._answer = http.stream("GET", f"/chat/events?after={after}", headers=headers)

    def __enter__(self) -> Iterator[tuple[str, str]]:
        answer = self._answer.__enter__()
        assert answer.headers["content-type"].startswith("text/event-stream")
        return self._read(answer)

    def __exit__(self, *error: object) -> None:
        self._answer.__exit__(None, None, None)

    def _read(self, answer: httpx2.Response) -> Iterator[tuple[str, str]]:
        number = ""
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                number = value
            elif name == "data":
                yield number, json.loads(value)


# ---------------------------------------------------------------- the page


def test_a_new_reader_gets_a_conversation_of_their_own(server: Server) -> None:
    answer = httpx2.get(server.url)
    cookie = answer.headers["set-cookie"].lower()
    assert re.match(r"periksa=[0-9a-f]{32};", cookie)
    assert {"httponly", "samesite=lax"} <= set(cookie.split("; "))
    assert answer.headers["cache-control"] == "no-store"
    assert httpx2.get(server.url).headers["set-cookie"].split(";")[0] not in answer.headers["set-cookie"]


def test_the_cookie_is_for_https_alone_where_there_is_https(tipline: Tipline, server: Server) -> None:
    assert "secure" not in httpx2.get(server.url).headers["set-cookie"].lower()
    assert "secure" in httpx2.get(server.url, headers={"x-forwarded-proto": "https"}).headers["set-cookie"].lower()


def test_a_made_up_session_is_not_taken_up(server: Server) -> None:
    answer = httpx2.get(server.url, headers={"cookie": "periksa=../../etc"})
    assert re.match(r"periksa=[0-9a-f]{32};", answer.headers["set-cookie"])


@pytest.mark.parametrize(("accept", "tag", "word"), [("id", "id", "Ketik pesan"), ("en-US,en", "en", "Type a message")])
def test_the_page_speaks_the_readers_language(http: httpx2.Client, accept: str, tag: str, word: str) -> None:
    page = http.get("/", headers={"accept-language": accept}).text
    assert f'<html lang="{tag}">' in page
    assert word in page


def test_nothing_runs_but_our_own_files(http: httpx2.Client) -> None:
    answer = http.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", answer.text)
    assert all(url.startswith("/") for url in re.findall(r'(?:src|href|action)="([^"#]+)"', answer.text))
    assert http.get("/missing").headers["content-security-policy"] == policy


def test_the_whole_page_weighs_less_than_60_kilobytes(http: httpx2.Client) -> None:
    page = http.get("/").text
    urls = set(re.findall(r'"(/static/[^"]+)"', page))
    urls.add(next(url for url in urls if url.endswith("chat.css")).replace("chat.css", "wallpaper.svg"))
    assert {url.rpartition("/")[2] for url in urls} == {
        "chat.css",
        "chat.js",
        "outbox.js",
        "session.js",
        "icon.svg",
        "wallpaper.svg",
    }
    assert len(page.encode()) + sum(len(http.get(url).content) for url in urls) < 60_000


def test_files_are_compressed_and_kept_for_good(http: httpx2.Client) -> None:
    url = next(iter(re.findall(r'"(/static/[^"]+chat.js)"', http.get("/").text)))
    with http.stream("GET", url, headers={"accept-encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    plain = http.get(url, headers={"accept-encoding": "identity"})
    assert gzip.decompress(packed) == plain.content
    assert "immutable" in plain.headers["cache-control"]
    older = http.get(re.sub(r"/static/\w+/", "/static/0123456789ab/", url))
    assert (older.content, older.headers["cache-control"]) == (plain.content, "no-cache")
    assert http.get("/static/x/..%2f..%2fsite.py").status_code == 404
    assert http.get("/static/x/chat.py").status_code == 404


# ---------------------------------------------------------------- without a script


def test_a_form_is_enough(http: httpx2.Client, tipline: Tipline) -> None:
    tipline.answer = lambda text, choice: ("*SALAH*: bansos itu tidak ada", ())
    key = key_of(http.get("/").text)
    answer = http.post("/chat", data={"key": key, "text": "bansos 600 ribu?"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    page = http.get("/").text
    assert "bansos 600 ribu?" in page
    assert "<strong>SALAH</strong>: bansos itu tidak ada" in page


def test_a_second_click_on_the_same_form_sends_nothing_new(http: httpx2.Client, tipline: Tipline) -> None:
    form = {"key": key_of(http.get("/").text), "text": "banjir di Demak"}
    for _ in range(3):
        assert http.post("/chat", data=form).status_code == 303
    assert tipline.heard() == ["banjir di Demak"]


def test_an_option_is_a_form_too(http: httpx2.Client, tipline: Tipline) -> None:
    tipline.answer = lambda text, choice: (
        ("Yang mana?", [Option("pilih-7", "Vaksin & cip")]) if not choice else (f"Anda memilih {choice}", ())
    )
    http.post("/chat", data={"key": key_of(http.get("/").text), "text": "vaksin"})
    form = http.get("/").text.split('<ol class="options"')[1]
    fields = {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)}
    http.post("/chat", data=fields)
    assert tipline.heard() == ["vaksin", "Vaksin & cip"]
    assert "Anda memilih pilih-7" in http.get("/").text


@pytest.mark.parametrize(("text", "status"), [("", 422), ("a" * (MOST + 1), 413), ("  \r\n ", 422)])
def test_a_refused_form_gives_the_words_back(http: httpx2.Client, tipline: Tipline, text: str, status: int) -> None:
    answer = http.post("/chat", data={"key": key_of(http.get("/").text), "text": text})
    assert answer.status_code == status
    assert re.search(r'role="alert">[A-Z][^<]+</p>', answer.text)
    assert text.strip() in answer.text
    assert tipline.heard() == []


def test_a_busy_store_gives_the_words_back(http: httpx2.Client, tipline: Tipline) -> None:
    key = key_of(http.get("/").text)
    tipline.trouble = StoreBusy("locked")
    answer = http.post("/chat", data={"key": key, "text": "banjir di Demak"})
    assert answer.status_code == 503
    assert "banjir di Demak</textarea>" in answer.text
    assert "Kami sedang sibuk" in answer.text


def test_an_endless_form_is_cut_off(http: httpx2.Client, tipline: Tipline) -> None:
    assert http.post("/chat", data={"text": "a" * 200_000}).status_code == 413
    assert tipline.deliveries == []


# ---------------------------------------------------------------- with the script


def test_the_door_gets_what_the_page_sent(http: httpx2.Client, tipline: Tipline, new_key: NewId) -> None:
    id = new_key()
    answer = http.post("/chat/messages", json={"id": id, "text": "  *vaksin*\r\n🙏\0 ", "choice": "2"})
    assert "<strong>vaksin</strong>\n🙏</div>" in answer.json()["html"]
    assert json.loads(tipline.deliveries[0]) == {
        "id": id,
        "session": http.cookies["periksa"],
        "text": "*vaksin*\n🙏",
        "choice": "2",
        "at": "2026-03-01T08:00:00+00:00",
    }


def test_twenty_copies_at_once_are_one_message(http: httpx2.Client, tipline: Tipline, new_key: NewId) -> None:
    message = {"id": new_key(), "text": "banjir di Demak"}
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: http.post("/chat/messages", json=message), range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert tipline.heard() == ["banjir di Demak"]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\u202eterbalik", "🙏" * 200, "a\0b", "x" * MOST])
def test_hostile_text_is_harmless_everywhere(http: httpx2.Client, tipline: Tipline, new_key: NewId, text: str) -> None:
    tipline.answer = lambda text, choice: (text * 8, [Option(text, text, text)])
    answer = http.post("/chat/messages", json={"id": new_key(), "text": text})
    assert answer.status_code == 200
    with Events(http) as events:
        _, html = next(events)
    for shown in (answer.json()["html"], html, http.get("/").text):
        assert "<script>" not in shown
        assert "\0" not in shown


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b'{"id": "1", "text": "x"}', 400),
        (b"<form>", 400),
        (json.dumps({"id": "a" * 32, "text": "a" * 65_536}).encode(), 413),
        (b"a" * 200_000, 413),
    ],
)
def test_bad_posts_get_one_kind_sentence(http: httpx2.Client, tipline: Tipline, content: bytes, status: int) -> None:
    answer = http.post("/chat/messages", content=content)
    assert answer.status_code == status
    assert re.fullmatch(r"[A-Z][^<>{}]+", answer.json()["error"])
    assert tipline.deliveries == []


@pytest.mark.parametrize("path", ["/chat", "/chat/messages"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://jahat.example"},
        {"origin": "null"},
        {"origin": "http://[jahat"},
    ],
)
def test_other_sites_cannot_post(
    http: httpx2.Client, server: Server, tipline: Tipline, path: str, headers: dict[str, str]
) -> None:
    session = {"cookie": f"periksa={http.cookies['periksa']}"}
    answer = httpx2.post(server.url + path, content=b"key=x&text=spam", headers=session | headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert tipline.deliveries == []


def test_a_browser_without_fetch_metadata_shows_its_origin(
    http: httpx2.Client, server: Server, tipline: Tipline, new_key: NewId
) -> None:
    headers = {"cookie": f"periksa={http.cookies['periksa']}", "origin": server.url}
    message = {"id": new_key(), "text": "halo"}
    assert httpx2.post(f"{server.url}/chat/messages", json=message, headers=headers).status_code == 200


def test_without_cookies_the_page_says_so(server: Server, tipline: Tipline, new_key: NewId) -> None:
    message = {"id": new_key(), "text": "halo"}
    answer = httpx2.post(f"{server.url}/chat/messages", json=message, headers=OURS)
    assert answer.status_code == 403
    assert "kuki" in answer.json()["error"]
    assert httpx2.get(f"{server.url}/chat/events").status_code == 204
    assert tipline.deliveries == []


def test_a_busy_store_asks_the_script_to_try_again(http: httpx2.Client, tipline: Tipline, new_key: NewId) -> None:
    message = {"id": new_key(), "text": "halo"}
    tipline.trouble = StoreBusy("locked")
    assert http.post("/chat/messages", json=message).status_code == 503
    tipline.trouble = None
    assert http.post("/chat/messages", json=message).status_code == 200


# ---------------------------------------------------------------- live


def test_replies_come_live_and_in_order(http: httpx2.Client, tipline: Tipline, new_key: NewId) -> None:
    with Events(http) as events:
        http.post("/chat/messages", json={"id": new_key(), "text": "halo"})
        tipline.say("pertama")
        assert "pertama" in next(events)[1]
        tipline.say("kedua")
        tipline.say("ketiga")
        assert [number for number, _ in (next(events), next(events))] == ["2", "3"]


def test_a_browser_that_comes_back_goes_on_where_it_was(http: httpx2.Client, tipline: Tipline, new_key: NewId) -> None:
    http.post("/chat/messages", json={"id": new_key(), "text": "halo"})
    for text in ("satu", "dua", "tiga"):
        tipline.say(text)
    with Events(http, after=0, last="2") as events:
        number, html = next(events)
    assert number == "3"
    assert "tiga" in html


@pytest.mark.parametrize("after", ["x", "-1", "²", "9" * 40])
def test_a_nonsensical_place_is_the_beginning(
    http: httpx2.Client, tipline: Tipline, new_key: NewId, after: str
) -> None:
    http.post("/chat/messages", json={"id": new_key(), "text": "halo"})
    tipline.say("satu")
    with Events(http, after) as events:
        assert next(events)[0] == "1"


def test_nobody_hears_anothers_replies(http: httpx2.Client, server: Server, tipline: Tipline, new_key: NewId) -> None:
    with httpx2.Client(base_url=server.url, headers=OURS, timeout=10) as other:
        other.get("/")
        http.post("/chat/messages", json={"id": new_key(), "text": "rahasia saya"})
        tipline.say("jawaban rahasia")
        other.post("/chat/messages", json={"id": new_key(), "text": "halo"})
        tipline.say("halo juga")
        with Events(other) as events:
            assert "halo juga" in next(events)[1]
        assert "rahasia" not in other.get("/").text


def test_a_stream_outlives_a_busy_store(http: httpx2.Client, tipline: Tipline, new_key: NewId) -> None:
    http.post("/chat/messages", json={"id": new_key(), "text": "halo"})
    tipline.trouble = StoreBusy("locked")
    with Events(http) as events:
        tipline.say("akhirnya")
        tipline.trouble = None
        assert "akhirnya" in next(events)[1]


def test_a_silent_stream_shows_that_it_lives(http: httpx2.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT", 0.2)
    with http.stream("GET", "/chat/events") as answer:
        lines = answer.iter_lines()
        assert [line for line, _ in zip(lines, range(4), strict=False)] == ["retry: 1000", "", ": here", ""]


@pytest.mark.parametrize("most", ["OF_LINE", "OF_ALL"])
def test_nobody_can_take_all_the_lines(http: httpx2.Client, monkeypatch: pytest.MonkeyPatch, most: str) -> None:
    monkeypatch.setattr(stream, most, 2)
    with Events(http), Events(http):
        refused = http.get("/chat/events")
        assert (refused.status_code, refused.headers["cache-control"]) == (503, "no-store")
    for _ in range(100):  # the server hears a little later that they are gone
        with http.stream("GET", "/chat/events") as answer:
            if answer.status_code == 200:
                return
    pytest.fail("a line that was given back is not free")


def test_a_server_with_open_streams_can_stop(app: Starlette) -> None:
    server = Server(app)
    server.start()
    with httpx2.Client(base_url=server.url, timeout=10) as http:
        http.get("/")
        with Events(http) as events:
            server.stop()
            assert list(events) == []
