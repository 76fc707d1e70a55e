"""Somebody who wants to die, at the desk: a person, and nothing about a rumour can be sent to them."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
import pytest
from tests.web.desk.conftest import OURS, RUMOUR, Newsroom

from periksa.answers import same
from periksa.model import CaseState, Role
from periksa.web.desk.texts import load

pytestmark = pytest.mark.network
ID, EN = load()


@pytest.fixture
def editor(as_: Callable[..., httpx2.Client]) -> httpx2.Client:
    return as_(Role.EDITOR, "ayu")


@pytest.fixture
def case(newsroom: Newsroom) -> str:
    return newsroom.ask(same.despair_text(), "rina", key="despair:rina").id


def test_the_inbox_says_so_in_a_word(newsroom: Newsroom, editor: httpx2.Client, case: str) -> None:
    newsroom.ask(RUMOUR, "siti")
    assert editor.get("/desk/inbox").text.count(EN.words["care_mark"]) == 1
    rumour = next(each.id for each in newsroom.cases() if each.id != case)
    assert case not in editor.get(f"/desk/cases/{rumour}/same").text
    assert case not in editor.get(f"/desk/cases/{rumour}/same?q=seseorang").text


def test_its_page_offers_nothing_but_to_look_after_it(editor: httpx2.Client, case: str) -> None:
    page = editor.get(f"/desk/cases/{case}").text
    for word in ("care_title", "care_told", "care_note", "care_close", "take", "tag_it", "snooze"):
        assert EN.words[word].replace("'", "&#39;") in page, word
    for word in ("spam_note", "same_as", "write_own", "cannot_check", "none_file", "answer_with", "said_title"):
        assert EN.words[word].replace("'", "&#39;") not in page, word
    assert 'name="q"' not in page
    for path in ("same", "split", "write"):
        assert editor.get(f"/desk/cases/{case}/{path}").status_code == 404


def test_whatever_is_sent_all_the_same_is_refused_kindly(newsroom: Newsroom, editor: httpx2.Client, case: str) -> None:
    tell = editor.post(f"/desk/cases/{case}/close", data={"say": "tell"}, headers=OURS)
    answer = editor.post(f"/desk/cases/{case}/answer", data={"article": "luwak"}, headers=OURS)
    spam = editor.post("/desk/acts", data={f"case.{case}": "1", "do": "spam"}, headers=OURS)
    for refused in (tell, answer, spam, editor.get(f"/desk/cases/{case}/close")):
        assert (refused.status_code, EN.words["work_care"] in refused.text) == (409, True)
    assert editor.post(f"/desk/cases/{case}/close", headers=OURS).status_code == 303
    newsroom.work()
    assert newsroom.told("rina") == []
    assert [each.id for each in newsroom.cases(CaseState.CLOSED)] == [case]
    page = editor.get(f"/desk/cases/{case}").text
    assert EN.words["care_close"] not in page
    assert EN.words["how_closed"].format(by="ayu") in page


def test_a_viewer_sees_it_and_does_nothing(as_: Callable[..., httpx2.Client], case: str) -> None:
    page = as_(Role.VIEWER, "tamu").get(f"/desk/cases/{case}").text
    assert EN.words["care_note"].replace("'", "&#39;") in page
    assert EN.words["care_close"] not in page


def test_it_is_in_no_table_of_what_is_asked_most(newsroom: Newsroom, editor: httpx2.Client, case: str) -> None:
    newsroom.ask(RUMOUR, "siti")
    for path in ("/desk/numbers", "/desk/numbers/asked.csv"):
        page = editor.get(path).text
        assert RUMOUR in page
        assert "mengakhiri" not in page
