"""What is done to cases from the list and from their page, as a form would send it."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx2
import pytest
from tests.web.desk.conftest import OURS, RUMOUR, Newsroom

from periksa.model import CaseState, MessageKind, Role

pytestmark = pytest.mark.network
OTHER = "bansos cair besok"


@pytest.fixture
def editor(as_: Callable[..., httpx2.Client]) -> httpx2.Client:
    return as_(Role.EDITOR, "ayu")


@pytest.fixture
def act(editor: httpx2.Client) -> Callable[..., httpx2.Response]:
    """Send the form of the list, with these cases chosen."""

    def sent(do: str, *cases: str, **fields: str) -> httpx2.Response:
        data = {"do": do, "back": "/desk/inbox?order=latest", **{f"case.{case}": "1" for case in cases}, **fields}
        return editor.post("/desk/acts", data=data, headers=OURS)

    return sent


def undo(editor: httpx2.Client, path: str = "/desk/inbox") -> httpx2.Response:
    """Press the button."""
    field = r'name="act" value="([^"]+)"><input type="hidden" name="back" value="([^"]+)"'
    (act, back), *_ = re.findall(field, editor.get(path).text)
    return editor.post("/desk/acts/undone", data={"act": act, "back": back.replace("&amp;", "&")}, headers=OURS)


@pytest.mark.parametrize(
    ("do", "fields", "shows"),
    [
        ("mine", {}, "<b>ayu</b>"),
        ("assign", {"to": "budi"}, "<b>budi</b>"),
        ("tag", {"tag": "Uang Palsu"}, '<span class="tag">uang palsu</span>'),
        ("enter", {"tag": "pemilu"}, '<span class="tag">pemilu</span>'),
        ("snooze", {"for": "1d"}, "Snoozed 2"),
        ("spam", {}, "Spam 2"),
    ],
)
def test_all_that_were_chosen_are_changed_and_one_press_undoes_it(
    newsroom: Newsroom,
    editor: httpx2.Client,
    act: Callable[..., httpx2.Response],
    do: str,
    fields: dict[str, str],
    shows: str,
) -> None:
    newsroom.hire("budi")
    cases = [newsroom.ask(RUMOUR, "rina").id, newsroom.ask(OTHER, "rina").id]
    before = re.sub(r"<time.*?</time>", "", editor.get("/desk/inbox").text)
    answer = act(do, *cases, **fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/inbox?order=latest")
    page = editor.get("/desk/inbox").text
    assert "Done: 2 cases." in page
    assert shows in page
    assert undo(editor).headers["location"] == "/desk/inbox"
    page = editor.get("/desk/inbox").text
    assert "Undone." in page
    assert shows not in page
    after = re.sub(r"<time.*?</time>", "", editor.get("/desk/inbox").text)
    assert after.count("data-pick") == before.count("data-pick") == 2


def test_what_makes_no_sense_does_nothing_and_says_so(newsroom: Newsroom, act: Callable[..., httpx2.Response]) -> None:
    case = newsroom.ask(RUMOUR, "rina").id
    for answer, sentence in (
        (act("mine"), "No case was chosen"),
        (act("merge", case), "at least two cases"),
        (act("tag", case, tag="<script>"), "A tag is a word or a few"),
        (act("assign", case, to="hantu"), "Nobody of this name"),
        (act("enter", case), "not clear what to do"),
        (act("terbang", case), "not clear what to do"),
    ):
        assert answer.status_code in (409, 422)
        assert sentence in answer.text
    assert newsroom.cases()[0].state is CaseState.OPEN


@pytest.mark.parametrize(
    "back",
    ["https://jahat.example/", "//jahat.example", "/desk/inbox\r\nx: y", "/desk/team", "/desk/cases/../team", ""],
)
def test_nobody_is_led_elsewhere(newsroom: Newsroom, act: Callable[..., httpx2.Response], back: str) -> None:
    case = newsroom.ask(RUMOUR, "rina").id
    assert act("mine", case, back=back).headers["location"] == "/desk/inbox"


def test_what_may_ask_the_same_is_shown_first(newsroom: Newsroom, editor: httpx2.Client) -> None:
    case = newsroom.ask(RUMOUR, "rina").id
    twin = newsroom.ask("kopi luwak sembuhkan diabetes, begitu kata pemerintah daerah").id
    picture = newsroom.ask("", key="foto", kind=MessageKind.IMAGE).id
    far = []
    for text in ("gempa malam ini", "bansos cair besok", "uang kertas lama"):
        newsroom.clock.pass_(minutes=1)
        far.append(newsroom.ask(text).id)
    page = editor.get(f"/desk/cases/{case}/same").text
    assert re.findall(r'name="case\.([^"]+)" value="1" data-pick', page) == [twin, *reversed(far), picture]
    assert f'data-pick><span class="unseen">Choose: {RUMOUR}' not in page, "not itself"


def test_cases_are_merged_from_the_page_of_one_and_parted_again(newsroom: Newsroom, editor: httpx2.Client) -> None:
    first, second = newsroom.ask(RUMOUR, "rina", "siti").id, newsroom.ask(OTHER, "tono").id
    page = editor.get(f"/desk/cases/{second}/same?q=kopi").text
    assert f'name="case.{first}"' in page
    fields = {f"case.{first}": "1", f"case.{second}": "1", "do": "merge", "back": f"/desk/cases/{second}"}
    editor.post("/desk/acts", data=fields, headers=OURS)
    page = editor.get(f"/desk/cases/{second}").text
    assert "asked 3 times" in page.lower() or "3 times" in page
    assert "ayu: merged" in page
    assert "(2 cases)" in page, "the banner to undo it"
    assert [case.id for case in newsroom.cases()] == [first]
    assert newsroom.audit()[-1][:3] == ("ayu", "merged a case", second)
    undo(editor, f"/desk/cases/{first}")
    assert {case.id: case.asked for case in newsroom.cases()} == {first: 2, second: 1}
    assert "undone by ayu" in editor.get(f"/desk/cases/{first}").text


def test_three_cases_are_merged_and_every_place_says_three(newsroom: Newsroom, editor: httpx2.Client) -> None:
    first, *others = [newsroom.ask(text, "rina").id for text in (RUMOUR, OTHER, "kuota gratis 50 giga")]
    fields = {f"case.{case}": "1" for case in (first, *others)} | {"do": "merge"}
    editor.post("/desk/acts", data=fields, headers=OURS)
    inbox = editor.get("/desk/inbox").text
    assert "Done: 3 cases." in inbox
    assert "ayu: merged (3 cases)" in inbox
    page = editor.get(f"/desk/cases/{first}").text
    assert page.count("ayu: merged (3 cases)") == 3, "the banner, the line in the history and its way back"
    assert "(2 cases)" not in page
    undo(editor, f"/desk/cases/{first}")
    assert len(newsroom.cases()) == 3


def test_words_are_split_off_and_rejoined(newsroom: Newsroom, editor: httpx2.Client) -> None:
    case = newsroom.ask(RUMOUR, "rina", "siti", key="sama").id
    newsroom.ask(OTHER, "tono", key="sama")
    page = editor.get(f"/desk/cases/{case}/split").text
    [message] = re.findall(rf'name="say\.([^"]+)"[^>]*><span class="unseen">Choose: {OTHER}', page)
    answer = editor.post(f"/desk/cases/{case}/split", data={f"say.{message}": "1"}, headers=OURS)
    new = answer.headers["location"].rpartition("/")[2]
    assert OTHER in editor.get(f"/desk/cases/{new}").text
    assert {each.id: each.asked for each in newsroom.cases()} == {case: 2, new: 1}
    undo(editor, f"/desk/cases/{case}")
    assert {each.id: each.asked for each in newsroom.cases()} == {case: 3}
    assert editor.post(f"/desk/cases/{case}/split", data={}, headers=OURS).status_code == 409


def test_a_picture_without_a_caption_is_not_said_to_be_erased(newsroom: Newsroom, editor: httpx2.Client) -> None:
    case = newsroom.ask("", "rina", key="sama", kind=MessageKind.IMAGE).id
    newsroom.ask(OTHER, "tono", key="sama")
    page = editor.get(f"/desk/cases/{case}/split").text
    assert page.count("(a picture)") == 2, "what is read aloud, and what is seen"
    assert "erased" not in page


def test_somebody_elses_change_is_not_undone(
    newsroom: Newsroom, editor: httpx2.Client, act: Callable[..., httpx2.Response]
) -> None:
    newsroom.hire("budi")
    case = newsroom.ask(RUMOUR, "rina").id
    act("mine", case)
    newsroom.casework.assign([case], "budi", "budi")
    answer = undo(editor)
    assert answer.status_code == 409
    assert "Somebody else has changed the same thing meanwhile" in answer.text


def test_a_settlement_that_reached_nobody_is_taken_back(newsroom: Newsroom, editor: httpx2.Client) -> None:
    case = newsroom.ask(RUMOUR, "rina", key="luwak").id
    newsroom.review.close(case, "ayu")
    assert "Open again" in editor.get(f"/desk/cases/{case}").text
    form = {f"case.{case}": "1", "do": "reopen", "back": f"/desk/cases/{case}"}
    editor.post("/desk/acts", data=form, headers=OURS)
    assert [each.id for each in newsroom.cases()] == [case]
    newsroom.review.answer(case, "luwak", "ayu")
    newsroom.work()
    page = editor.get(f"/desk/cases/{case}").text
    assert "1 message has been answered: what was said is not taken back" in page
    assert "Open again" not in page
    assert "what was said is not taken back" in editor.post("/desk/acts", data=form, headers=OURS).text


def test_what_spam_means_is_said_where_it_is_marked(
    newsroom: Newsroom, editor: httpx2.Client, act: Callable[..., httpx2.Response]
) -> None:
    case = newsroom.ask(RUMOUR, "rina").id
    act("spam", case)
    newsroom.ask(RUMOUR, "siti")
    assert newsroom.cases() == []
    for path in ("/desk/inbox?state=spam", f"/desk/cases/{case}"):
        assert "exactly the same text, link or file" in editor.get(path).text
    assert "2</strong>" in editor.get("/desk/inbox?state=spam").text
