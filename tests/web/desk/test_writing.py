"""Own answers at the desk: nothing typed is lost, nothing goes out unseen, and only publishers let it out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import httpx2
import pytest
from tests.web.desk.conftest import OURS, RUMOUR, Newsroom

from periksa.ingest import Ingest
from periksa.model import JobKind, Role

pytestmark = pytest.mark.network
TYPED = {
    "claim": "Kopi luwak bersertifikat pemerintah menyembuhkan diabetes.",
    "rating": "Salah",
    "reason": "Tidak pernah ada sertifikat seperti itu.",
    "sources": "https://pom.example/siaran/1\nhttps://rs.example/tanya",
    "language": "id",
    "act": "preview",
}
HOSTILE = "</textarea><script>alert(1)</script>\u202e{{ 7 * 7 }}\0 " + "🙈" * 40


@pytest.fixture
def editor(as_: Callable[..., httpx2.Client]) -> httpx2.Client:
    return as_(Role.EDITOR, "ayu")


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found
    return unescape(found[1])


def drafted(newsroom: Newsroom, http: httpx2.Client, **typed: str) -> tuple[str, str]:
    """A case and the path of its draft."""
    case = newsroom.ask(RUMOUR, "rina", "siti").id
    done = http.post(f"/desk/cases/{case}/write", data=TYPED | {"act": "keep"} | typed, headers=OURS)
    assert done.status_code == 303
    return case, done.headers["location"]


def work(newsroom: Newsroom) -> None:
    """What was published is found, then whoever waits is told."""
    newsroom.clock.pass_(seconds=5)
    for kinds, shift in (
        ([JobKind.INDEX], Ingest(newsroom.store, (), newsroom.index, newsroom.clock).add),
        ([JobKind.FOLLOW_UP], newsroom.review.follow_up),
        ([JobKind.CORRECT], newsroom.review.correct),
    ):
        jobs = newsroom.do(lambda tx, kinds=kinds: tx.jobs.claim(kinds, 9, newsroom.clock(), timedelta(seconds=30)))
        if jobs:
            shift(jobs)


def test_an_editor_writes_a_publisher_publishes_and_everyone_is_told(
    newsroom: Newsroom, editor: httpx2.Client, as_: Callable[..., httpx2.Client]
) -> None:
    case, draft = drafted(newsroom, editor)
    assert editor.get(f"/desk/cases/{case}/write").headers["location"] == draft
    assert "Go on with the draft by ayu" in editor.get(f"/desk/cases/{case}").text
    page = editor.get(f"{draft}/publish").text
    assert "Publishing takes the role of a publisher" in page
    form = {"seen": seen(page), "answers": "yes"}
    assert editor.post(f"{draft}/publish", data=form, headers=OURS).status_code == 403

    publisher = as_(Role.PUBLISHER, "bima")
    page = publisher.get(f"{draft}/publish").text
    for shown in (
        "Publish and send to 2 people",
        "on the scale: not true",
        "https://pom.example/siaran/1",
        "as the answer",
    ):
        assert shown in page
    newsroom.work()
    assert newsroom.told("rina") == []
    done = publisher.post(f"{draft}/publish", data=form, headers=OURS)
    assert done.headers["location"] == f"/desk/cases/{case}"
    after = editor.get(f"/desk/cases/{case}").text
    assert "Correct our own published answer" in after
    assert "Go on with the draft" not in after
    work(newsroom)
    [reply] = newsroom.told("rina")
    assert TYPED["claim"] in reply.reply.text
    assert TYPED["reason"] in reply.reply.text
    id = draft.rpartition("/")[2]
    public = publisher.get(f"/articles/{id}").text
    for shown in (TYPED["claim"], "Salah", TYPED["reason"], "https://pom.example/siaran/1", '"ClaimReview"'):
        assert shown in public
    assert id in publisher.get("/feed.json").text
    assert publisher.post(f"{draft}/publish", data=form, headers=OURS).status_code == 303
    work(newsroom)
    assert len(newsroom.told("rina")) == 1
    assert [what for _, what, about, _ in newsroom.audit() if about == id] == ["wrote an answer", "published an answer"]


def test_it_is_written_in_the_language_of_the_question(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:
    http = as_(Role.EDITOR)
    for text, code in ((RUMOUR, "id"), ("is it true that coffee can heal my diabetes", "en"), ("[image]", "en")):
        page = http.get(f"/desk/cases/{newsroom.ask(text).id}/write").text
        assert f'<option value="{code}" selected>' in page, text


def test_a_button_pressed_twice_makes_one_draft_and_two_editors_do_not_make_two(
    newsroom: Newsroom, editor: httpx2.Client, as_: Callable[..., httpx2.Client]
) -> None:
    case, draft = drafted(newsroom, editor)
    again = editor.post(f"/desk/cases/{case}/write", data=TYPED | {"act": "keep", "claim": "Lagi."}, headers=OURS)
    assert again.headers["location"] == draft
    bima = as_(Role.EDITOR, "bima")
    late = bima.post(f"/desk/cases/{case}/write", data=TYPED | {"act": "keep", "claim": "Kata Bima."}, headers=OURS)
    assert (late.status_code, "Somebody else kept another version" in late.text) == (422, True)
    assert "Kata Bima." in late.text
    assert f'action="{draft}"' in late.text
    assert len(newsroom.store.read(lambda tx: tx.drafts.list())) == 1
    kept = bima.post(draft, data=TYPED | {"act": "keep", "claim": "Kata Bima.", "seen": seen(late.text)}, headers=OURS)
    assert kept.status_code == 303


def test_every_bad_field_is_named_beside_it_and_nothing_typed_is_lost(
    newsroom: Newsroom, editor: httpx2.Client
) -> None:
    case = newsroom.ask(RUMOUR, "rina").id
    typed = {
        "claim": "",
        "rating": "Ngawur sekali",
        "reason": "panjang " * 200,
        "sources": "lihat sini",
        "act": "preview",
    }
    page = editor.post(f"/desk/cases/{case}/write", data=typed, headers=OURS)
    assert page.status_code == 422
    for field in ("claim", "rating", "reason", "sources"):
        assert f'<p class="trouble" id="fault-{field}">' in page.text
        assert f'<li><a href="#{field}">' in page.text
    for kept in ("Ngawur sekali", "panjang panjang", "lihat sini"):
        assert kept in page.text
    assert page.text.count('aria-invalid="true"') == 4
    [path] = set(re.findall(r'action="(/desk/writing/own-[^"]+)"', page.text))
    assert "Ngawur sekali" in editor.get(path).text
    better = editor.post(path, data=TYPED | {"seen": seen(page.text)}, headers=OURS)
    assert better.headers["location"] == f"{path}/publish"


def test_two_who_write_at_the_same_time_do_not_overwrite_each_other(
    newsroom: Newsroom, editor: httpx2.Client, as_: Callable[..., httpx2.Client]
) -> None:
    _, draft = drafted(newsroom, editor)
    before = seen(editor.get(draft).text)
    newsroom.clock.pass_(minutes=1)
    other = as_(Role.EDITOR, "bima")
    theirs = TYPED | {"claim": "Punya bima.", "act": "keep", "seen": before}
    assert other.post(draft, data=theirs, headers=OURS).status_code == 303
    editor = as_(Role.EDITOR, "citra")
    page = editor.post(draft, data=TYPED | {"claim": "Punya citra.", "seen": before}, headers=OURS)
    assert page.status_code == 422
    assert "Somebody else kept another version" in page.text
    assert "Punya citra." in page.text
    again = editor.post(draft, data=TYPED | {"claim": "Punya citra.", "seen": seen(page.text)}, headers=OURS)
    assert again.status_code == 303


def test_hostile_words_are_harmless_in_every_page_of_a_draft(
    newsroom: Newsroom, as_: Callable[..., httpx2.Client]
) -> None:
    publisher = as_(Role.PUBLISHER, "bima")
    given = {"claim": HOSTILE, "reason": HOSTILE, "sources": 'https://a.example/"><script>x</script>'}
    _, draft = drafted(newsroom, publisher, **given)
    for path in (draft, f"{draft}/publish", "/desk/writing"):
        page = publisher.get(path).text
        assert "<script>alert" not in page, path
        assert "<script>x" not in page, path
        assert "&lt;/textarea&gt;" in page, path
        assert "7 * 7" in page, path
        assert len(page.encode()) < 100_000


def test_a_published_answer_is_corrected_and_withdrawn(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:
    publisher = as_(Role.PUBLISHER, "bima")
    case, draft = drafted(newsroom, publisher)
    form = {"seen": seen(publisher.get(f"{draft}/publish").text), "answers": "yes"}
    publisher.post(f"{draft}/publish", data=form, headers=OURS)
    work(newsroom)
    [first] = newsroom.told("siti")
    newsroom.do(lambda tx: tx.outbox.begin(first.id, newsroom.clock()))
    newsroom.clock.pass_(minutes=5)
    changed = TYPED | {"rating": "Menyesatkan", "seen": seen(publisher.get(draft).text)}
    assert publisher.post(draft, data=changed, headers=OURS).status_code == 303
    page = publisher.get(f"{draft}/publish").text
    assert "2 people were told this answer" in page
    assert publisher.post(f"{draft}/publish", data={"seen": seen(page)}, headers=OURS).headers["location"] == draft
    work(newsroom)
    assert "*Menyesatkan*" in newsroom.told("siti")[-1].reply.text
    assert "2 people who were told it" in publisher.get(f"{draft}/withdraw").text
    assert publisher.post(f"{draft}/withdraw", headers=OURS).headers["location"] == "/desk/writing"
    work(newsroom)
    assert "withdrawn" in publisher.get("/desk/writing").text
    assert len(newsroom.told("siti")) == 3
    page = publisher.get(f"/desk/cases/{case}").text
    assert "bima: our answer was withdrawn, the case is open again" in page
    assert "/desk/acts/undone" not in page, "what was withdrawn is withdrawn for good"
    assert newsroom.store.read(lambda tx: tx.cases.count_waiting(case)) == 2
    assert publisher.get(f"/articles/{draft.rpartition('/')[2]}").status_code == 404
    assert "cannot be published again" in publisher.get(draft).text
    for path in (f"{draft}/publish", f"{draft}/withdraw", "/desk/writing/own-x", "/desk/cases/x/write"):
        assert publisher.get(path).status_code == 404, path


def test_an_answer_to_a_settled_case_is_published_alone(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:
    publisher = as_(Role.PUBLISHER, "bima")
    case, draft = drafted(newsroom, publisher)
    newsroom.review.answer(case, "garam", "citra")
    page = publisher.get(f"{draft}/publish").text
    assert "The case is settled already" in page
    both = {"seen": seen(page), "answers": "yes"}
    assert publisher.post(f"{draft}/publish", data=both, headers=OURS).status_code == 409
    assert publisher.get(f"/articles/{draft.rpartition('/')[2]}").status_code == 404
    assert publisher.post(f"{draft}/publish", data={"seen": seen(page)}, headers=OURS).headers["location"] == draft
    assert publisher.get(f"/articles/{draft.rpartition('/')[2]}").status_code == 200
