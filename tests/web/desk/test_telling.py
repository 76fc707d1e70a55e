"""A case at the desk: question and claim side by side, how far telling has come, stopping it, settling it otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import httpx2
import pytest
from tests.conftest import Clock
from tests.web.desk.conftest import LIBRARY, OURS, RUMOUR, Newsroom

from periksa.lang import language
from periksa.model import Article, ArticleKind, JobKind, Role, Statement, Status, StatusKind

pytestmark = pytest.mark.network
AGAIN = language("id").say["told_again"].partition("{")[0]


@pytest.fixture
def publisher(as_: Callable[..., httpx2.Client]) -> httpx2.Client:
    return as_(Role.PUBLISHER, "ayu")


def send(newsroom: Newsroom, most: int = 999) -> int:
    """The platform takes what waits to be sent; how many."""

    def sent(tx: object) -> int:
        jobs = tx.jobs.claim([JobKind.SEND], most, newsroom.clock(), timedelta(seconds=30))  # type: ignore[attr-defined]
        out = [job for job in jobs if tx.outbox.get(job.key)]  # type: ignore[attr-defined]
        for job in out:
            tx.outbox.begin(job.key, newsroom.clock())  # type: ignore[attr-defined]
            tx.outbox.sent(job.key, f"OUT-{job.key}")  # type: ignore[attr-defined]
        tx.jobs.finish(job.id for job in jobs)  # type: ignore[attr-defined]
        return len(out)

    many: int = newsroom.do(sent)
    return many


def answered(newsroom: Newsroom, http: httpx2.Client, *people: str) -> str:
    case = newsroom.ask(RUMOUR, *people, key="luwak").id
    http.post(f"/desk/cases/{case}/answer", data={"article": "luwak"}, headers=OURS)
    newsroom.work()
    return case


def test_question_and_claim_stand_side_by_side_with_marks_in_words(
    newsroom: Newsroom, publisher: httpx2.Client
) -> None:
    case = newsroom.ask("kopi luwak bisa menyembuhkan 5 juta penderita di Bandung", "rina", key="luwak").id
    page = publisher.get(f"/desk/cases/{case}").text
    assert "What was asked</h5>" in page
    assert "The claim that was checked" in page
    assert "<mark>kopi luwak</mark>" in page
    assert '<b>5 juta<span class="unseen"> (another number)</span></b>' in page
    assert '<b>Bandung<span class="unseen"> (another name)</span></b>' in page
    assert "<u>bersertifikat</u>" in page


def test_ways_of_asking_are_counted(newsroom: Newsroom, publisher: httpx2.Client) -> None:
    case = newsroom.ask(RUMOUR, "rina", "siti", "tono", key="luwak").id
    newsroom.ask("kopi luwak obat gula?", "budi", key="luwak")
    page = publisher.get(f"/desk/cases/{case}").text
    assert re.search(rf"<strong>3×</strong></p>\s*<div class=\"words\" dir=\"auto\">{RUMOUR}", page)
    assert "<strong>1×</strong>" in page


def test_after_the_answer_the_case_tells_how_far_it_has_come(newsroom: Newsroom, publisher: httpx2.Client) -> None:
    case = answered(newsroom, publisher, "rina", "siti", "tono")
    assert send(newsroom, 1) == 1
    page = publisher.get(f"/desk/cases/{case}/progress").text
    assert "1 person has been sent it" in page
    assert re.search(r"On its way</dt><dd>2</dd>", page)
    assert "every 3s" in page, "it looks again by itself"
    send(newsroom)
    page = publisher.get(f"/desk/cases/{case}/progress").text
    assert "3 people have been sent it" in page
    assert "Everyone who can be told has been told." in page
    assert "every 3s" not in page
    for person, kind in (("rina", StatusKind.READ), ("siti", StatusKind.DELIVERED)):
        status = Status("web", "", kind, newsroom.clock(), newsroom.told(person)[-1].id)
        newsroom.do(lambda tx, status=status: tx.outbox.settle(status))
    page = publisher.get(f"/desk/cases/{case}/progress").text
    assert "3: 3 taken by the platform, 2 delivered, 1 read" in page, "what was read has also come"
    assert publisher.get(f"/desk/cases/{newsroom.ask('lain', 'x').id}/progress").status_code == 404


def test_stopped_people_wait_and_are_told_later(newsroom: Newsroom, publisher: httpx2.Client) -> None:
    case = answered(newsroom, publisher, "rina", "siti", "tono")
    send(newsroom, 1)
    stopped = publisher.post(f"/desk/cases/{case}/stop", data={"number": "1"}, headers=OURS)
    assert stopped.headers["location"] == f"/desk/cases/{case}"
    page = publisher.get(f"/desk/cases/{case}").text
    assert "2 replies were called back" in page
    assert "Stopped by ayu" in page
    assert re.search(r"Not sent to yet</dt><dd>2</dd>", page)
    assert send(newsroom) == 0
    publisher.post(f"/desk/cases/{case}/resume", data={"number": "1"}, headers=OURS)
    newsroom.work()
    assert send(newsroom) == 2
    assert [len(newsroom.told(person)) for person in ("rina", "siti", "tono")] == [1, 1, 1]
    assert ("ayu", "stopped telling", case, "2") in newsroom.audit()
    assert publisher.post(f"/desk/cases/{case}/stop", data={"number": "7"}, headers=OURS).status_code == 409
    assert publisher.post(f"/desk/cases/{case}/stop", data={"number": "x"}, headers=OURS).status_code == 409


def test_a_correction_is_shown_first_then_everybody_gets_it_once(newsroom: Newsroom, publisher: httpx2.Client) -> None:
    case = answered(newsroom, publisher, "rina", "siti")
    send(newsroom)
    page = publisher.post(f"/desk/cases/{case}", data={"q": "garam"}, headers=OURS).text
    assert f'href="/desk/cases/{case}/instead?number=1&amp;article=garam"' in page
    preview = publisher.get(f"/desk/cases/{case}/instead?number=1&article=garam").text
    assert "This correction will be sent" in preview
    assert "Send the correction to 2 people" in preview
    assert "as the answer, as a correction" in preview
    assert AGAIN in preview
    form = {"number": "1", "article": "garam"}
    assert publisher.post(f"/desk/cases/{case}/instead", data=form, headers=OURS).status_code == 303
    assert "Answered anew. 2 people" in publisher.get(f"/desk/cases/{case}").text
    assert publisher.post(f"/desk/cases/{case}/instead", data=form, headers=OURS).status_code == 303, "pressed twice"
    other = form | {"article": "banjir"}
    assert publisher.post(f"/desk/cases/{case}/instead", data=other, headers=OURS).status_code == 409
    newsroom.work()
    newsroom.work()
    for person in ("rina", "siti"):
        first, second = newsroom.told(person)
        assert (first.article, second.article) == ("luwak", "garam")
        assert second.reply.text.startswith(AGAIN)


def test_an_answer_is_taken_back_and_only_by_a_publisher(
    newsroom: Newsroom, publisher: httpx2.Client, as_: Callable[..., httpx2.Client]
) -> None:
    case = answered(newsroom, publisher, "rina")
    send(newsroom)
    editor = as_(Role.EDITOR, "bima")
    preview = editor.get(f"/desk/cases/{case}/instead?number=1").text
    assert "takes the role of a publisher" in preview
    assert editor.post(f"/desk/cases/{case}/instead", data={"number": "1"}, headers=OURS).status_code == 403
    publisher = as_(Role.PUBLISHER, "citra")
    publisher.post(f"/desk/cases/{case}/instead", data={"number": "1"}, headers=OURS)
    newsroom.work()
    assert newsroom.told("rina")[-1].reply.text.startswith(language("id").say["taken_back"].partition("{")[0])


def test_old_cases_are_shown_with_what_answered_them(newsroom: Newsroom, publisher: httpx2.Client) -> None:
    old = newsroom.ask(f"{RUMOUR} sekali", "budi").id
    newsroom.review.answer(old, "luwak", "ayu")
    case = newsroom.ask(RUMOUR, "rina").id
    page = publisher.get(f"/desk/cases/{case}/past").text
    assert f'href="/desk/cases/{old}"' in page
    assert f'href="/desk/cases/{case}/answer?article=luwak"' in page
    assert LIBRARY[0].title in page
    assert f'hx-get="/desk/cases/{case}/past"' in publisher.get(f"/desk/cases/{case}").text
    assert publisher.get("/desk/cases/x/past").status_code == publisher.get("/desk/cases/x/said").status_code == 404


def test_statements_that_touch_it_say_who_when_and_quoted_by_whom(
    newsroom: Newsroom, publisher: httpx2.Client, clock: Clock
) -> None:
    words = "kopi luwak bersertifikat pemerintah daerah tidak menyembuhkan diabetes <script>"
    said = Statement("Siti Nadia", words, direct=True, role="Juru bicara", date=date(2026, 2, 3), verb="kata")
    news = Article(
        "kabar",
        ArticleKind.NEWS,
        "Kementerian bicara soal kopi luwak dan diabetes",
        "Kabar Nusantara",
        "https://kabar.example/1",
        date=date(2026, 2, 4),
        body=words,
        statements=(said,),
    )
    newsroom.index.put([news])
    newsroom.do(lambda tx: tx.articles.put([news], clock()))
    case = newsroom.ask(RUMOUR, "rina").id
    page = publisher.get(f"/desk/cases/{case}/said").text
    for told in ("Siti Nadia", "Juru bicara", "3 February 2026", "quoted by Kabar Nusantara", "&lt;script&gt;"):
        assert told in page
    assert "No statement in the library" in publisher.get(f"/desk/cases/{newsroom.ask('bansos', 'x').id}/said").text
