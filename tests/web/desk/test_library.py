"""The library at the desk: what is in it, how its sources do, what must be mapped, what had to be put right."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from tests.web.desk.conftest import LIBRARY, OURS, RUMOUR, Newsroom, check

from periksa.answers.ratings import Ratings, ours
from periksa.model import Article, ArticleKind, JobKind, Role, Statement, Trouble, Visit
from periksa.web.desk import library

pytestmark = pytest.mark.network
AT = "/desk/library"
HOSTILE = "<script>alert(1)</script>\u202e\0"
NEWS = Article(
    "pidato",
    ArticleKind.NEWS,
    "Menteri bicara soal gula",
    "Harian Nusantara",
    date=date(2026, 2, 1),
    statements=(Statement("Sri Lestari", "Gula tidak dilarang.", date=date(2026, 1, 30)),),
)


def plain(page: str) -> str:
    return unescape(re.sub("<[^>]+>", "", page))


def put(newsroom: Newsroom, *articles: Article) -> None:
    newsroom.do(lambda tx: tx.articles.put(articles, newsroom.clock()))
    newsroom.index.put(articles)


def tell(newsroom: Newsroom, *people: str) -> None:
    """These asked and were told the check about coffee."""
    case = newsroom.ask(RUMOUR, *people, key="luwak")
    newsroom.review.answer(case.id, "luwak", "ayu")
    newsroom.work()


def correct(newsroom: Newsroom) -> int:
    jobs = newsroom.do(lambda tx: tx.jobs.claim([JobKind.CORRECT], 9, newsroom.clock(), timedelta(seconds=30)))
    newsroom.review.correct(jobs)
    return len(jobs)


def titles(page: str) -> list[str]:
    return [unescape(each) for each in re.findall(r"data-item>([^<]*)</a>", page)]


@pytest.mark.parametrize(
    ("query", "first", "many"),
    [
        ({}, "Menteri bicara soal gula", 4),
        ({"kind": "fact-check"}, "Kopi luwak tidak menyembuhkan diabetes", 3),
        ({"outlet": "Harian Nusantara"}, "Menteri bicara soal gula", 1),
        ({"rating": "SALAH", "language": "id"}, "Kopi luwak tidak menyembuhkan diabetes", 3),
        ({"since": "2026-01-18"}, "Menteri bicara soal gula", 1),
        ({"until": "2026-01-18", "kind": "news"}, "", 0),
        ({"q": "kopi luwak diabetes"}, "Kopi luwak tidak menyembuhkan diabetes", 1),
        ({"q": "kopi luwak diabetes", "outlet": "Harian Nusantara"}, "", 0),
        ({"kind": HOSTILE, "since": "kemarin", "after": "x", "language": "xx"}, "Menteri bicara soal gula", 4),
    ],
)
def test_articles_by_what_is_asked_for(
    newsroom: Newsroom, as_: Callable[..., httpx2.Client], query: dict[str, str], first: str, many: int
) -> None:
    put(newsroom, NEWS)
    answer = as_().get(AT, params=query)
    assert answer.status_code == 200
    found = titles(answer.text)
    assert found[:1] == ([first] if first else [])
    assert len(found) >= many if "q" in query else len(found) == many


def test_pages_follow_each_other_without_a_gap(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:
    put(newsroom, *(check(f"n{number:03}", f"Nomor {number:03}", "x", date=date(2025, 1, 1)) for number in range(90)))
    http, path, seen = as_(), f"{AT}?outlet=Cek+Nusantara&kind=fact-check", list[str]()
    while path:
        page = http.get(path).text
        seen += titles(page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        path = unescape(found[1]) if found else ""
    assert len(seen) == len(set(seen)) == 93


def test_an_article_says_who_was_told_it_and_who_said_what(
    newsroom: Newsroom, as_: Callable[..., httpx2.Client]
) -> None:
    put(newsroom, NEWS)
    tell(newsroom, "rina", "siti")
    page = plain(as_().get(f"{AT}/article", params={"id": "luwak"}).text)
    assert "2 people" in page
    assert "rina" not in page
    said = as_().get(f"{AT}/article", params={"id": "pidato"}).text
    assert "Gula tidak dilarang." in said
    timeline = as_().get(f"{AT}/said", params={"speaker": "sri LESTARI"})
    assert "Gula tidak dilarang." in timeline.text
    assert "There is no statement" in as_().get(f"{AT}/said", params={"speaker": "nobody"}).text
    assert as_().get(f"{AT}/article", params={"id": "none"}).status_code == 404


def test_a_correction_shows_what_was_told_before_and_what_holds(
    newsroom: Newsroom, as_: Callable[..., httpx2.Client]
) -> None:
    tell(newsroom, "rina", "siti")
    http = as_()
    assert "Nothing was changed or withdrawn" in http.get(f"{AT}/corrections").text
    newsroom.clock.pass_(hours=1)
    put(newsroom, replace(LIBRARY[0], rating="SEBAGIAN BENAR"))
    page = plain(http.get(f"{AT}/corrections").text)
    assert "Changed by its publisher" in page
    assert "2 people were told it · 0 people were told since" in " ".join(page.split())
    one = plain(http.get(f"{AT}/correction", params={"id": "luwak"}).text)
    assert "No longer holds" in one
    assert "SALAH, menurut Cek Nusantara" in one
    assert "SEBAGIAN BENAR" in one
    assert "rina" not in one


def test_a_retraction_is_told_again_to_whoever_holds_it_once(
    newsroom: Newsroom, as_: Callable[..., httpx2.Client]
) -> None:
    tell(newsroom, "rina", "siti")
    newsroom.do(lambda tx: (tx.changes.withdrawn(["luwak"], newsroom.clock()), tx.articles.drop(["luwak"])))
    http = as_(Role.PUBLISHER, "ayu")
    rows = http.get(f"{AT}/corrections").text
    assert "Withdrawn by its publisher" in rows
    assert titles(rows) == ["Kopi luwak bersertifikat dapat menyembuhkan diabetes."], "not its id"
    page = plain(http.get(f"{AT}/correction", params={"id": "luwak"}).text)
    assert "It is no longer in the library." in page
    assert "Kopi luwak bersertifikat dapat menyembuhkan diabetes." in page
    for _ in range(2):
        assert http.post(f"{AT}/corrections", data={"id": "luwak"}, headers=OURS).status_code == 303
        assert correct(newsroom) == 1
    assert [len(newsroom.told(who)) for who in ("rina", "siti")] == [2, 2]
    assert "2 people were told since what holds" in http.get(f"{AT}/corrections").text
    assert ("ayu", "corrected again", "luwak", "") in newsroom.audit()
    assert http.post(f"{AT}/corrections", data={"id": "garam"}, headers=OURS).status_code == 409


def test_words_that_nobody_mapped_come_with_the_lines_to_add(
    newsroom: Newsroom, as_: Callable[..., httpx2.Client], tmp_path: Any
) -> None:
    put(newsroom, check("aneh", "Judul aneh", "Klaim.", rating='NGAWUR "PARAH"', outlet="Cek Baru"))
    page = as_().get(f"{AT}/ratings").text
    stanza = unescape(re.search(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)[1])  # type: ignore[index]
    mapped = Ratings([*ours(), stanza])
    assert mapped.scale("Cek Baru", 'NGAWUR "PARAH"') == "false"
    assert "SALAH" in page


def test_sources_that_ail_come_first_and_say_what_to_do(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:
    assert "No site is visited yet" in as_().get(f"{AT}/sources").text
    now = newsroom.clock()
    well = Visit("baik", now - timedelta(days=30), now - timedelta(minutes=5), now)
    for name, visit, ask, brought in (
        ("baik", well, "", 40),
        ("sepi", well, "", 1),
        ("belum", None, "", 0),
        ("tanya", None, "Ask the editor.", 0),
        ("lama", replace(well, last_at=now - timedelta(days=3)), "", 40),
        ("mati", replace(well, reached=False), "", 0),
    ):
        site = SimpleNamespace(name=name, a_week=12.5, ask_first=ask)
        troubles = 1 if name == "mati" else 0
        newsroom.health.append(SimpleNamespace(site=site, visit=visit, brought=brought, troubles=troubles, waiting=3))
    odd = Trouble("mati", "k", f"https://mati.example/{HOSTILE}", "date", "is missing", now, now, 7)
    newsroom.do(lambda tx: tx.visits.note([odd]))
    page = as_().get(f"{AT}/sources").text
    assert re.findall(r'class="name">(\w+)<', page)[-1] == "baik"
    for said in ("Waits for your word", "Was never visited", "None of its listings", "overdue", "Fewer articles"):
        assert said in page
    assert "periksa sync belum" in page
    assert "<script>alert" not in page


def test_one_claim_at_two_publishers_and_that_they_disagree(
    newsroom: Newsroom, as_: Callable[..., httpx2.Client]
) -> None:
    assert "None of these fact-checks" in as_().get(f"{AT}/groups").text
    other = check("luwak2", "Benar, kopi luwak menyembuhkan", LIBRARY[0].claim, outlet="Tempo", rating="BENAR")
    put(newsroom, other)
    page = as_().get(f"{AT}/groups").text
    assert "Publishers come to different conclusions." in page
    assert page.count("Benar, kopi luwak menyembuhkan") == 1, "a group is shown once"


def test_groups_are_looked_for_as_long_as_there_is_time(
    newsroom: Newsroom, as_: Callable[..., httpx2.Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "PATIENCE", timedelta(-1))
    put(newsroom, check("luwak2", "Benar, kopi luwak menyembuhkan", LIBRARY[0].claim, outlet="Tempo", rating="BENAR"))
    looked, found, address = 0, 0, f"{AT}/groups"
    while address:
        page = as_().get(address).text
        looked, found = looked + page.count("Of the 1 newest fact-check"), found + page.count("different conclusions")
        more = re.search(r'href="([^"]+)" rel="next"', page)
        address = unescape(more[1]) if more else ""
    assert (looked, found) == (len(LIBRARY) + 1, 2), "one at a time, and each of the two tells of the other"


@pytest.mark.parametrize(
    "page", ["", "/article?id=odd", "/ratings", "/groups", "/said", "/corrections", "/correction?id=odd"]
)
def test_hostile_words_are_shown_harmless(newsroom: Newsroom, as_: Callable[..., httpx2.Client], page: str) -> None:
    said = (Statement(f"Si {HOSTILE}", HOSTILE * 9),)
    odd = check(
        "odd", HOSTILE, HOSTILE, rating=HOSTILE, outlet=HOSTILE, summary=HOSTILE * 99, url="javascript:alert(1)"
    )
    put(newsroom, replace(odd, statements=said), replace(odd, id="odd2", outlet="Lain"))
    answer = as_().get(AT + page)
    assert answer.status_code in (200, 404)
    assert "<script>alert" not in answer.text
    assert "\u202e" not in answer.text
    assert 'href="javascript' not in answer.text
    assert len(answer.content) < 100_000
