"""The history of a case says what was told each time, not only what holds now."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta

import httpx2
import pytest
from tests.conftest import Clock
from tests.web.desk.conftest import OURS, RUMOUR, Newsroom, check

from periksa.authoring import Authoring
from periksa.model import Draft, JobKind, Role

pytestmark = pytest.mark.network
LUWAK = "Kopi luwak tidak menyembuhkan diabetes"
GARAM = "Air garam bukan penangkal virus"


@pytest.fixture
def http(as_: Callable[..., httpx2.Client]) -> httpx2.Client:
    return as_(Role.PUBLISHER, "bima")


def page_of(http: httpx2.Client, case: str) -> str:
    return http.get(f"/desk/cases/{case}").text


def history(http: httpx2.Client, case: str) -> list[str]:
    """As it is read, latest first, without how long ago and without its buttons."""
    page = page_of(http, case)
    [section] = re.findall(r'<section class="history".*?</section>', page, re.DOTALL)
    section = re.sub(r"<form.*?</form>|<time.*?</time>", "", section, flags=re.DOTALL)
    items = re.findall(r"<li>(.*?)</li>", section, re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", "", item)).split()).strip(" ,") for item in items]


def test_each_telling_is_told_with_who_and_what(newsroom: Newsroom, http: httpx2.Client, clock: Clock) -> None:
    case = newsroom.ask(RUMOUR, "rina", "siti").id
    newsroom.review.answer(case, "luwak", "ayu")
    newsroom.work()
    for number, article in enumerate(("garam", ""), 1):
        clock.now += timedelta(minutes=5)
        http.post(f"/desk/cases/{case}/instead", data={"number": str(number), "article": article}, headers=OURS)
        newsroom.work()
    last, *before = history(http, case)
    assert last.startswith("bima: answer taken back, nothing in its place")
    assert before == [
        f"bima: answered otherwise, with “{GARAM}” (SALAH)",
        f"ayu: answered with “{LUWAK}” (SALAH)",
        "First asked",
    ]
    assert (
        "bima: jawaban ditarik, tanpa pengganti"
        in http.get(f"/desk/cases/{case}", headers={"accept-language": "id"}).text
    )


def test_what_was_told_outlives_reopening_and_its_undoing(
    newsroom: Newsroom, http: httpx2.Client, clock: Clock
) -> None:
    case = newsroom.ask(RUMOUR, "rina").id
    newsroom.review.close(case, "ayu", tell=True)
    clock.now += timedelta(minutes=1)
    page = http.get(f"/desk/cases/{case}").text
    assert page.count('value="reopen"') == 1
    http.post("/desk/acts", data={f"case.{case}": "1", "do": "reopen"}, headers=OURS)
    told = "ayu: closed, everyone told that it cannot be checked"
    assert history(http, case) == ["bima: opened again", told, "First asked"]
    [act] = newsroom.do(lambda tx: tx.acts.of(case))
    http.post("/desk/acts/undone", data={"act": act.id}, headers=OURS)
    assert history(http, case) == ["bima: opened again, undone by bima", told, "First asked"]


def test_an_own_answer_that_was_withdrawn_is_still_named(newsroom: Newsroom, http: httpx2.Client, clock: Clock) -> None:
    case = newsroom.ask(RUMOUR, "rina").id
    authoring = Authoring(newsroom.store, newsroom.clock, newsroom.new_id, "Cek Nusantara")
    draft = Draft("", case, "Kopi luwak bukan obat.", "Salah", "Tidak ada buktinya.", ("https://pom.example/1",), "id")
    kept = authoring.save(draft, "ayu")
    assert kept
    authoring.publish(kept.id, "https://tipline.example", "bima", kept.changed_at)
    clock.now += timedelta(minutes=1)
    authoring.withdraw(kept.id, "bima")
    assert history(http, case) == [
        "bima: our answer was withdrawn, the case is open again",
        "bima: answered with “Kopi luwak bukan obat.” (Salah)",
        "First asked",
    ]


def test_what_left_the_library_is_said_to_have_left(newsroom: Newsroom, http: httpx2.Client) -> None:
    case = newsroom.ask(RUMOUR, "rina").id
    newsroom.review.answer(case, "luwak", "ayu")
    newsroom.do(lambda tx: tx.articles.drop(["luwak"]))
    [latest, _] = history(http, case)
    assert latest.startswith("ayu: answered with a fact-check that is no longer in the library")


def test_a_new_fact_check_of_the_library_is_named_too(newsroom: Newsroom, http: httpx2.Client) -> None:
    case = newsroom.ask("Kopi luwak bersertifikat dapat menyembuhkan diabetes.", "rina").id
    jobs = newsroom.do(lambda tx: tx.jobs.claim([JobKind.REVIEW], 9, newsroom.clock(), timedelta(seconds=30)))
    newsroom.review.review(jobs)
    assert newsroom.audit()[-1] == ("library", "answered", case, "luwak")
    assert history(http, case)[0].startswith(f"library: answered with “{LUWAK}” (SALAH)")


def test_hostile_titles_are_tamed(newsroom: Newsroom, http: httpx2.Client) -> None:
    bad = check("bad", "<script>x</script>\u202eterbalik" + "a" * 500, "Klaim.", rating="<b>SALAH\u202e</b>" * 20)
    newsroom.do(lambda tx: tx.articles.put([bad], newsroom.clock()))
    case = newsroom.ask(RUMOUR, "rina").id
    newsroom.review.answer(case, "bad", "ayu")
    [told, _] = history(http, case)
    assert "“<script>x</script>terbalik" in told, "escaped: it reads as it was written"
    assert len(told) < 400
    assert re.findall("<script>x|\u202e|<b>SALAH", page_of(http, case)) == []
