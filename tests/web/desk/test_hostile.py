"""What strangers and publishers wrote, stored: harmless on every page of the desk, read as a browser reads it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import httpx2
import pytest
from playwright.sync_api import BrowserContext, Request
from tests.web.conftest import CHROMIUM, Server
from tests.web.desk.conftest import LIBRARY, OURS, PASSWORD, RUMOUR, Newsroom
from tests.web.desk.test_broadcasts import follow

from periksa.errors import WorkRefused
from periksa.model import (
    Address,
    Article,
    Feedback,
    Figure,
    Message,
    MessageKind,
    Outcome,
    Outgoing,
    Reply,
    Role,
    Statement,
)
from periksa.web.desk.ways import WAYS

pytestmark = pytest.mark.network
SCRIPT = "<script>alert(1)</script>\"'><img src=https://jahat.example/x onerror=alert(2)></textarea></title>{{7*7}}"
TURNED = "\u202ekilabret\u202c \u2066\u200f"
HOSTILE = {
    "script": SCRIPT,
    "turned around": f"{TURNED} kata {TURNED}",
    "200 emoji": "🤯" * 200,
    "NUL": "nol\x00di\x1b[31mtengah\x07",
    "65 kB": f"{RUMOUR} {SCRIPT} " * 330,
    "one long word": "panjang" * 4_000,
}
ABOUT = " kopi luwak diabetes"
HEAVIEST = 100_000
NOT_A_PAGE = ("/live", "/card", "/files/{message}")
GONE = {404, 409, 422}
"""What a page may say that shows a thing which is not there any more."""


class Page(HTMLParser):
    """What a browser makes of a page: which elements and addresses, which texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and not str(given.get("src", "")).startswith("/desk/static/"):
            self.found.append("a script")
        self.found += [f"{name} of {tag}" for name in given if name.startswith("on") or name == "style"]
        self.found += [
            f"{tag} {name}={value}"
            for name in ("src", "href", "action")
            if _leads_astray(tag, value := given.get(name))
        ]

    def handle_data(self, data: str) -> None:
        self.found += [f"{sign!r} in words" for sign in ("\u202e", "\u2066", "\x00", "\x1b", "\x07") if sign in data]


def _leads_astray(tag: str, address: str | None) -> bool:
    """Links may lead to publishers; nothing is loaded from them, and nothing sent there."""
    if not address:
        return False
    return address.lower().startswith("javascript") if tag == "a" else not address.startswith(("/desk", "#"))


def hostile(article: Article, text: str) -> Article:
    said = Statement(f"Si {text}"[:300], text)
    given = {"title": text, "claim": text + ABOUT, "rating": text[:400], "outlet": text[:400], "summary": text * 2}
    return replace(article, **given, url="javascript:alert(3)", statements=(said,))


def fill(newsroom: Newsroom, text: str) -> dict[str, str]:
    """The text wherever somebody can leave one; what stands in addresses."""
    odd = hostile(LIBRARY[0], text)
    newsroom.do(
        lambda tx: tx.articles.put([odd, replace(odd, id="kembar", url="javascript:alert(4)")], newsroom.clock())
    )
    newsroom.index.put([odd])
    case = newsroom.ask(text + ABOUT, "rina", "siti", key="satu").id
    newsroom.ask(f"lain {text}", "budi", key="satu")
    old = newsroom.ask(f"lama {text}{ABOUT}", "tono", key="dua").id
    with suppress(WorkRefused):  # most of it never becomes a tag
        newsroom.casework.tag([case], text[:24], "ayu")
    newsroom.casework.tag([case], "m" * 24, "ayu")
    newsroom.casework.keep_view(text[:40].replace("\x00", "") or "x", "q=a", "ayu", everyones=True)
    newsroom.review.answer(old, "luwak", "ayu")
    newsroom.work()
    follow(newsroom, "rina", "siti", topic="health")
    newsroom.broadcast.send("luwak", "health", "ayu", newsroom.clock() + timedelta(hours=9))
    complain(newsroom, text)
    newsroom.do(lambda tx: tx.changes.withdrawn(["luwak"], newsroom.clock()))
    return {"case": case, "settled": old, "token": newsroom.staffing.invite("sari", Role.VIEWER, "operator").token}


def complain(newsroom: Newsroom, text: str) -> None:
    at = newsroom.clock() - timedelta(days=8)

    def asked(tx: object) -> None:
        contact = tx.contacts.resolve([Address("web", "keluh", "session")], "c-keluh", at)  # type: ignore[attr-defined]
        tx.messages.add(Message("m-k", contact, "web", "p-k", MessageKind.TEXT, at, at, text=text))  # type: ignore[attr-defined]
        out = Outgoing("r-k", contact, "web", Reply(text), "m-k", created_at=at, article="luwak")
        tx.outbox.add(out)  # type: ignore[attr-defined]
        tx.outcomes.add([Outcome("r-k", "m-k", at, at, "web", "id", Figure.ANSWERED, "sure", 0.9, ("luwak",))])  # type: ignore[attr-defined]
        tx.feedback.put(Feedback("r-k", contact, False, text[:200], newsroom.clock()))  # type: ignore[attr-defined]

    newsroom.do(asked)


def write_draft(http: httpx2.Client, case: str, text: str) -> str:
    """Its id. What a form cannot carry is left out by the browser, and so it is here."""
    given = {
        "claim": text[:280],
        "rating": text[:60],
        "reason": text[:880],
        "sources": f"https://a.example/{text[:99]}",
    }
    answer = http.post(f"/desk/cases/{case}/write", data={**given, "keep": "1"}, headers=OURS)
    assert answer.status_code in {303, 409, 422}, answer.status_code
    return answer.headers.get("location", "/own-x").split("?")[0].removesuffix("/publish").rpartition("/")[2]


def pages(given: dict[str, str]) -> list[str]:
    """Every GET there is, of the open and of the settled case, with and without an article."""
    paths = {way.path for way in WAYS if way.method == "GET" and not way.path.endswith(NOT_A_PAGE)}
    both = [given, {**given, "case": given["settled"]}]
    week, table = "2026-02-16", "asked"
    shown = {path.format(**{"week": week, "table": table, **each}) for path in paths for each in both}
    named = {f"{path}?article=luwak&id=luwak&topic=health&number=1&place=1&answer=95&offer=3&q=kopi" for path in shown}
    return sorted(shown | named)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_stored_hostile_text_is_harmless_on_every_page(
    newsroom: Newsroom, as_: Callable[..., httpx2.Client], text: str
) -> None:
    given = fill(newsroom, text)
    http = as_(Role.ADMIN, "bima")
    http.headers["user-agent"] = "".join(each for each in text[:4_000] if " " <= each <= "~").strip() or "?"
    http.cookies.clear()
    signed_in = http.post("/desk/sign-in", data={"name": "bima", "password": PASSWORD}, headers=OURS)
    assert signed_in.status_code == 303
    given["draft"] = write_draft(http, given["case"], text)
    http.post("/desk/quality/samples", data={"week": "2026-02-16"}, headers=OURS)
    found: dict[str, list[str]] = {}
    for path in pages(given):
        answer = http.get(path, follow_redirects=True)
        assert answer.status_code == 200 or answer.status_code in GONE, (path, answer.status_code)
        faults = Page(answer.text).found if "html" in answer.headers["content-type"] else []
        if len(answer.content) > HEAVIEST:
            faults.append(f"{len(answer.content)} bytes")
        if faults:
            found[path] = faults[:5]
    assert found == {}


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on PATH: apt-get install chromium")
@pytest.mark.parametrize("key", ["script", "turned around", "one long word"])
def test_a_browser_runs_nothing_of_it_and_asks_nobody_else(
    newsroom: Newsroom, context: BrowserContext, server: Server, key: str
) -> None:
    given = {**fill(newsroom, HOSTILE[key]), "draft": "own-x"}
    context.add_cookies([{"name": "periksa-desk", "value": newsroom.hire("bima", Role.ADMIN), "url": server.url}])
    page = context.new_page()
    dialogs: list[str] = []
    elsewhere: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith((server.url, "data:")):
            elsewhere.append(request.url)

    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", asked)
    files = (".csv", ".jsonl")
    for path in (path for path in pages(given) if not any(file in path for file in files)):
        page.goto(f"{server.url}{path}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    assert (dialogs, elsewhere) == ([], [])
