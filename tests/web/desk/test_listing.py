"""The inbox: which cases, in which order, by which address; and the ways to look that are kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import httpx2
import pytest
from tests.conftest import Clock
from tests.web.desk.conftest import OURS, RUMOUR, Newsroom

from periksa.model import CaseKind, CaseState, Listing, Look, MessageKind, Role, Shown
from periksa.web.desk.listing import query, read

pytestmark = pytest.mark.network


@pytest.fixture
def editor(as_: Callable[..., httpx2.Client]) -> httpx2.Client:
    return as_(Role.EDITOR, "ayu")


def order(page: httpx2.Response) -> list[str]:
    """Ids of the cases in a list."""
    return re.findall(r'href="/desk/cases/([^"/]+)" dir', page.text)


def test_cases_are_listed_in_four_orders(newsroom: Newsroom, editor: httpx2.Client, clock: Clock) -> None:
    old = newsroom.ask("bansos cair besok", "rina").id
    clock.pass_(hours=2)
    most = newsroom.ask(RUMOUR, *"abcdefgh").id
    clock.pass_(hours=9)
    newsroom.ask("bansos cair besok", "siti", "tono", "budi", "dewi")
    for name, expected in {
        "asked": [most, old],
        "growing": [old, most],
        "latest": [old, most],
        "oldest": [old, most],
        "'; DROP": [most, old],
    }.items():
        assert order(editor.get("/desk/inbox", params={"order": name})) == expected, name
    page = editor.get("/desk/inbox").text
    assert "Open 2" in page
    assert re.search(r"first asked <time [^>]*>11 hours ago</time>.*last <time [^>]*>just now</time>", page)


def test_page_follows_page_and_none_is_heavy(newsroom: Newsroom, editor: httpx2.Client) -> None:
    for number in range(103):
        newsroom.ask(f"kabar nomor {number} " + "dengan kata-kata panjang " * 20, "rina")
    seen: list[str] = []
    path = "/desk/inbox?order=oldest"
    while path:
        page = editor.get(path)
        assert len(page.content) < 100_000
        seen += order(page)
        more = re.search(r'href="([^"]+)" rel="next"', page.text)
        path = more[1].replace("&amp;", "&") if more else ""
    assert len(seen) == len(set(seen)) == 103
    assert len(order(editor.get("/desk/inbox?after=karangan"))) == 50


def test_a_list_shows_what_its_address_asks_for(newsroom: Newsroom, editor: httpx2.Client) -> None:
    tagged = newsroom.ask(RUMOUR, "rina").id
    mine = newsroom.ask("bansos cair besok", "rina").id
    picture = newsroom.ask("", "rina", key="foto", kind=MessageKind.IMAGE).id
    asleep = newsroom.ask("vaksin polio mandul", "rina").id
    spam = newsroom.ask("menang undian", "rina").id
    closed = newsroom.ask("gempa malam ini", "rina").id
    newsroom.casework.tag([tagged], "kesehatan", "ayu")
    newsroom.casework.assign([mine], "ayu", "ayu")
    newsroom.casework.snooze([asleep], timedelta(hours=1), "ayu")
    newsroom.casework.spam([spam], "ayu")
    newsroom.review.close(closed, "ayu")
    for address, expected in {
        "": {tagged, mine, picture},
        "tag=kesehatan": {tagged},
        "who=me": {mine},
        "who=ayu": {mine},
        "who=-": {tagged, picture},
        "q=BANSOS+besok": {mine},
        "q=bansos+kopi": set(),
        "state=snoozed": {asleep},
        "state=spam": {spam},
        "state=closed": {closed},
        "state=answered": set(),
        "kind=voice": set(),
        "channel=telegram": set(),
        "growing=1": set(),
        "closing=1": set(),
        "kind=ngawur&state=ngawur": {tagged, mine, picture},
    }.items():
        assert set(order(editor.get(f"/desk/inbox?{address}"))) == expected, address
    assert "Open 3" in editor.get("/desk/inbox").text
    assert "Snoozed 1" in editor.get("/desk/inbox").text


def test_an_address_says_all_that_is_looked_at() -> None:
    look = Look(Shown.SPAM, Listing.GROWING, "budi", "uang", CaseKind.LINK, "web", "id", "kopi & teh", True, True)
    address = query(look)
    assert read(dict(pair.split("=") for pair in address.split("&")), "ayu").shown is Shown.SPAM
    assert query(Look()) == ""
    assert query(look, state="", after="x").endswith("&after=x")
    assert read({"who": "me", "after": "w" * 999}, "ayu") == Look(assignee="ayu", behind="w" * 200)


def test_a_view_is_kept_shown_and_dropped(newsroom: Newsroom, editor: httpx2.Client) -> None:
    newsroom.ask(RUMOUR, "rina")
    kept = {"name": "Ramai <b>", "query": "order=growing&who=-", "whose": "team"}
    answer = editor.post("/desk/inbox/views", data=kept, headers=OURS)
    assert answer.headers["location"] == "/desk/inbox?order=growing&who=-"
    page = editor.get(answer.headers["location"]).text
    assert "The view is saved." in page
    assert '<a href="/desk/inbox?order=growing&amp;who=-" aria-current="true">Ramai &lt;b&gt;</a>' in page
    [view] = re.findall(r'name="view" value="([^"]+)"', page)
    editor.post("/desk/inbox/views/dropped", data={"view": view}, headers=OURS)
    assert "Ramai" not in editor.get("/desk/inbox").text
    assert editor.post("/desk/inbox/views", data={"name": " ", "query": ""}, headers=OURS).status_code == 409


def test_a_viewer_sees_cases_and_nothing_to_press(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:
    case = newsroom.ask(RUMOUR, "rina").id
    newsroom.casework.tag([case], "kesehatan", "ayu")
    viewer = as_(Role.VIEWER, "tamu")
    for path in ("/desk/inbox", f"/desk/cases/{case}"):
        page = viewer.get(path).text
        assert "kesehatan" in page
        assert "/desk/acts" not in page
        assert 'type="checkbox" name="case.' not in page
    assert newsroom.cases(CaseState.OPEN)
