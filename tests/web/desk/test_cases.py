"""The inbox and a case: what editors see, and what comes of what they do."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx2
import pytest
from tests.conftest import Clock
from tests.web.desk.conftest import LIBRARY, OURS, RUMOUR, Newsroom, check

from periksa.answers.same import refusal
from periksa.errors import IndexUnavailable
from periksa.model import CaseState, MessageKind, Role
from periksa.review.telling import as_message

pytestmark = pytest.mark.network
HOSTILE = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "attribute": '"><svg onload=alert(1)>',
    "template": "{{ 7 * 7 }}{% include 'x' %}",
    "right to left": "biasa \u202ekilabret\u202c \u2066x\u2069",
    "emoji": "🙈" * 200,
    "nul": "sebelum\0sesudah",
    "long": "kata " * 13_000,
    "one word": "x" * 65_000,
    "digits": "1234567890 " * 6000,
}


@pytest.fixture
def editor(as_: Callable[..., httpx2.Client]) -> httpx2.Client:
    return as_(Role.EDITOR, "ayu")


# ---------------------------------------------------------------- the inbox


def test_telephone_numbers_are_masked_wherever_a_case_is_shown(newsroom: Newsroom, editor: httpx2.Client) -> None:
    case = newsroom.ask("hadiah dari bank, hubungi 0812-3456-7890", "rina", key="bank").id
    newsroom.ask("bank bagi hadiah +62 812 3456 7890 benar?", "siti", key="bank")
    paths = [
        "/desk/inbox",
        f"/desk/cases/{case}",
        f"/desk/cases/{case}/close",
        f"/desk/cases/{case}/answer?article=luwak",
    ]
    for path in paths:
        page = editor.get(path).text
        assert "0812-••••-••••" in page, path
        assert "7890" not in page, path
    assert "+62 81• •••• ••••" in editor.get(f"/desk/cases/{case}").text


# ---------------------------------------------------------------- a case


def test_a_case_shows_who_waits_other_words_and_candidates_with_reasons(
    newsroom: Newsroom, editor: httpx2.Client, clock: Clock
) -> None:
    case = newsroom.ask(RUMOUR, "rina", "siti", key="luwak").id
    newsroom.ask("kopi luwak obat gula darah?", "budi", key="luwak")
    clock.pass_(hours=5)
    page = editor.get(f"/desk/cases/{case}").text
    for words in (RUMOUR, "kopi luwak obat gula darah?", "3 people", "5 hours ago", "chat page"):
        assert words in page
    for words in (LIBRARY[0].title, "SALAH", "Cek Nusantara", "17 January 2026", "What fits", "likely to fit"):
        assert words in page
    assert f'href="/desk/cases/{case}/answer?article=luwak"' in page
    assert "c-rina" not in page
    assert "siti" not in page


def test_a_picture_has_no_words_and_no_candidates(newsroom: Newsroom, editor: httpx2.Client) -> None:
    case = newsroom.ask("", "rina", key="foto", kind=MessageKind.IMAGE).id
    assert "(a picture)" in editor.get("/desk/inbox").text
    page = editor.get(f"/desk/cases/{case}").text
    assert "(a picture)" in page
    assert "What was sent is no text" in page


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("air garam virus", "garam"),
        ("garam", "garam"),
        ("https://tipline.example/articles/garam?lang=en", "garam"),
        ("https://cek.example/banjir", "banjir"),
        ("https://cek.example/foto-banjir-semarang", "foto"),
        ("http://www.cek.example/foto-banjir-semarang/", "foto"),
        ("https://lain.example/foto-banjir-semarang", None),
        ("http://[", None),
        ("\0 \ud800".encode("utf-8", "replace").decode(), None),
    ],
)
def test_a_fact_check_is_found_by_words_id_or_link(
    newsroom: Newsroom, editor: httpx2.Client, sought: str, found: str | None
) -> None:
    photo = check(
        "foto", "Foto kereta di Semarang", "Foto banjir Semarang baru.", url="https://cek.example/foto-banjir-semarang"
    )
    newsroom.index.put([photo])
    newsroom.do(lambda tx: tx.articles.put([photo], newsroom.clock()))
    case = newsroom.ask("bansos cair besok", "rina").id
    page = editor.post(f"/desk/cases/{case}", data={"q": sought}, headers=OURS)
    assert page.status_code == 200
    shown = re.findall(rf"/desk/cases/{case}/answer\?article=([a-z]+)", page.text)
    assert shown[:1] == ([found] if found else [])
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_words_are_shown_harmless_and_pages_stay_small(
    newsroom: Newsroom, editor: httpx2.Client, text: str
) -> None:
    hostile = check(
        "jahat", f"Judul {text[:300]}", text[:2000], rating=text[:80], outlet=text[:90], url="javascript:alert(1)"
    )
    newsroom.do(lambda tx: tx.articles.put([hostile], newsroom.clock()))
    case = newsroom.ask(text, "rina", key="jahat").id
    for number in range(9):
        newsroom.ask(f"{number} {text}", f"orang-{number}", key="jahat")
    newsroom.review.preview(case, "jahat")
    found = editor.post(f"/desk/cases/{case}", data={"q": "jahat"}, headers=OURS)
    pages = [
        found,
        *(editor.get(f"/desk/{path}") for path in ("inbox", f"cases/{case}", f"cases/{case}/answer?article=jahat")),
        editor.get(f"/desk/cases/{case}/close"),
    ]
    for page in pages:
        assert page.status_code == 200
        assert len(page.content) < 100_000, len(page.content)
        assert not re.search(
            r"<script(?!( type=\"module\")? src=\"/desk/)|<svg|<img(?! src=\"/desk)|=\"javascript:", page.text
        )
        assert not re.search("[\x00\u202a-\u202e\u2066-\u2069]", page.text)
        assert ">49<" not in page.text


# ---------------------------------------------------------------- answering


def test_nothing_is_sent_before_it_was_shown_and_then_everybody_is_told(
    newsroom: Newsroom, editor: httpx2.Client
) -> None:
    case = newsroom.ask(RUMOUR, "rina", "siti", key="luwak").id
    newsroom.ask("kopi hitam obat gula", "budi", key="luwak")
    preview = editor.get(f"/desk/cases/{case}/answer?article=luwak")
    assert "3 people are waiting" in preview.text
    assert "chat page: 2 people, as the answer" in preview.text
    assert "chat page: 1 person, as an offer" in preview.text
    assert "Send to 3 people" in preview.text
    newsroom.work()
    assert newsroom.told("rina") == []

    done = editor.post(f"/desk/cases/{case}/answer", data={"article": "luwak"}, headers=OURS)
    assert done.headers["location"] == f"/desk/cases/{case}"
    assert "Answered. 3 people are being told." in editor.get(f"/desk/cases/{case}").text
    newsroom.work()
    shown = re.findall(r'<div class="words" dir="auto">(.*?)</div>', preview.text, re.DOTALL)
    for person, told in (("rina", shown[0]), ("budi", shown[1])):
        [reply] = newsroom.told(person)
        assert re.sub(r"<[^>]+>", "", told) == reply.reply.text.replace("*SALAH*", "SALAH")
    assert newsroom.audit()[-1] == ("ayu", "answered", case, "luwak")
    [settled] = newsroom.cases(CaseState.ANSWERED)
    assert settled.settled_by == "ayu"
    page = editor.get(f"/desk/cases/{case}").text
    assert "by ayu" in page
    assert "See what will be sent" not in page


def test_what_cannot_be_checked_is_said_or_closed_without_a_word(newsroom: Newsroom, editor: httpx2.Client) -> None:
    told, silent = newsroom.ask("apakah dunia berakhir besok", "rina").id, newsroom.ask("beli obat murah", "siti").id
    assert "cannot be checked" in editor.get(f"/desk/cases/{told}/close").text
    editor.post(f"/desk/cases/{told}/close", data={"say": "tell"}, headers=OURS)
    assert "closed. 1 person is being told" in editor.get("/desk/inbox").text
    editor.post(f"/desk/cases/{silent}/close", data={"say": "nothing"}, headers=OURS)
    assert "closed; nobody is told" in editor.get("/desk/inbox").text
    newsroom.work()
    [reply] = newsroom.told("rina")
    assert "tidak dapat kami periksa" in reply.reply.text
    assert newsroom.told("siti") == []
    assert newsroom.audit()[-2:] == [
        ("ayu", "closed", told, "everyone is told"),
        ("ayu", "closed", silent, "nobody is told"),
    ]


def test_the_second_of_two_editors_is_told_that_it_is_done(newsroom: Newsroom, editor: httpx2.Client) -> None:
    case = newsroom.ask(RUMOUR, "rina").id
    newsroom.review.answer(case, "garam", "bima")
    for path, fields in ((f"{case}/answer", {"article": "luwak"}), (f"{case}/close", {"say": "tell"})):
        answer = editor.post(f"/desk/cases/{path}", data=fields, headers=OURS)
        assert (answer.status_code, "Somebody else has settled this case" in answer.text) == (409, True)
    assert editor.get(f"/desk/cases/{case}/answer?article=luwak").status_code == 409
    newsroom.work()
    [reply] = newsroom.told("rina")
    assert reply.article == "garam"


def test_people_who_were_not_shown_are_not_told(newsroom: Newsroom, editor: httpx2.Client) -> None:
    """While somebody reads what will be sent, another editor makes the case part of another one."""
    first, case = newsroom.ask("apakah dunia berakhir besok", "siti").id, newsroom.ask(RUMOUR, "rina").id
    assert "Send to 1 person" in editor.get(f"/desk/cases/{case}/answer?article=luwak").text
    newsroom.casework.merge([first, case], "bima")
    for path, fields in (("answer", {"article": "luwak"}), ("close", {"say": "tell"})):
        late = editor.post(f"/desk/cases/{case}/{path}", data=fields, headers=OURS)
        assert (late.status_code, "part of another" in late.text) == (409, True)
    newsroom.work()
    assert (newsroom.told("siti"), newsroom.told("rina")) == ([], [])
    again = editor.get(f"/desk/cases/{case}/answer?article=luwak", follow_redirects=True)
    assert "Send to 2 people" in again.text
    assert editor.get(f"/desk/cases/{case}/close").headers["location"] == f"/desk/cases/{first}/close"
    assert editor.post(again.url.path, data={"article": "luwak"}, headers=OURS).status_code == 303


def test_a_button_pressed_twice_does_it_once_and_says_nothing_untrue(newsroom: Newsroom, editor: httpx2.Client) -> None:
    case, other = newsroom.ask(RUMOUR, "rina").id, newsroom.ask("apakah dunia berakhir besok", "siti").id
    for path, fields in ((f"{case}/answer", {"article": "luwak"}), (f"{other}/close", {"say": "tell"})):
        for _ in range(2):
            answer = editor.post(f"/desk/cases/{path}", data=fields, headers=OURS)
            assert answer.status_code == 303
        assert "Somebody else" not in editor.get(answer.headers["location"]).text
    assert editor.post(f"/desk/cases/{case}/answer", data={"article": "garam"}, headers=OURS).status_code == 409
    assert editor.post(f"/desk/cases/{case}/close", data={"say": "tell"}, headers=OURS).status_code == 409
    newsroom.work()
    assert [len(newsroom.told(person)) for person in ("rina", "siti")] == [1, 1]
    assert len([what for _, what, _, _ in newsroom.audit() if what in ("answered", "closed")]) == 2


@pytest.mark.parametrize("article", ["", "tidak-ada", "\0"])
def test_a_fact_check_that_is_not_there_answers_nothing(
    newsroom: Newsroom, editor: httpx2.Client, article: str
) -> None:
    case = newsroom.ask(RUMOUR, "rina").id
    assert editor.get(f"/desk/cases/{case}/answer", params={"article": article}).status_code == 409
    assert editor.post(f"/desk/cases/{case}/answer", data={"article": article}, headers=OURS).status_code == 409
    assert len(newsroom.cases()) == 1


def test_without_an_index_it_says_so(
    newsroom: Newsroom, editor: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = newsroom.ask(RUMOUR, "rina").id

    def gone(*_: object) -> None:
        raise IndexUnavailable("The index cannot be used.")

    monkeypatch.setattr(newsroom.index, "search", gone)
    answer = editor.get(f"/desk/cases/{case}")
    assert (answer.status_code, "No search" in answer.text) == (503, True)
    assert editor.get("/desk/inbox").status_code == 200


def test_a_fact_check_that_was_refused_says_so_before_it_is_sent(newsroom: Newsroom, editor: httpx2.Client) -> None:
    query = newsroom.finder.read(as_message(RUMOUR, newsroom.clock()))
    case = newsroom.ask(RUMOUR, "rina", key=refusal(query, "luwak")).id
    newsroom.ask("kopi luwak bersertifikat sembuhkan diabetes", "siti", key=refusal(query, "luwak"))
    assert "Refused before." in editor.get(f"/desk/cases/{case}/answer?article=luwak").text
    assert "Refused before." not in editor.get(f"/desk/cases/{case}/answer?article=garam").text
    assert "Refused before." not in editor.get(f"/desk/cases/{case}/close").text
