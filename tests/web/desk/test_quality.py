"""Quality at the desk: thresholds, complaints, and a sample judged by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from tests.web.desk.conftest import OURS, Newsroom

from periksa.model import Address, Feedback, Figure, Message, MessageKind, Outcome, Outgoing, Reply, Role

pytestmark = pytest.mark.network
QUESTION = "Kopi luwak sembuhkan diabetes? hubungi 0812-3456-7890"


def answered(newsroom: Newsroom, text: str = QUESTION, kind: Figure = Figure.ANSWERED, days: int = 8) -> str:
    """Somebody asked some days ago; the reply's id."""
    id, at = newsroom.new_id(), newsroom.clock() - timedelta(days=days)
    outcome = Outcome(f"r-{id}", id, at, at, "web", "id", kind, "sure", 0.91, ("luwak",))

    def ask(tx: Any) -> None:
        contact = tx.contacts.resolve([Address("web", id, "session")], f"c-{id}", at)
        tx.messages.add(Message(id, contact, "web", f"p-{id}", MessageKind.TEXT, at, at, text=text))
        tx.outbox.add(Outgoing(f"r-{id}", contact, "web", Reply("Salah."), id, created_at=at, article="luwak"))
        tx.outcomes.add([outcome])

    newsroom.do(ask)
    return outcome.reply


def week_of(page: str) -> str:
    """The latest one that can be drawn."""
    return re.findall(r'name="week" value="([\d-]+)"', page)[0]


def test_thresholds_are_looked_at_set_by_a_publisher_and_noted(
    newsroom: Newsroom, as_: Callable[..., httpx2.Client]
) -> None:
    for _ in range(3):
        answered(newsroom)
    editor = as_(Role.EDITOR, "ayu")
    seen = editor.get("/desk/quality/floors?answer=95&offer=3").text
    assert "3 of 3 answers would have been offers" in seen
    assert "Only a publisher can set them" in seen
    form = {"answer": "95", "offer": "3"}
    assert editor.post("/desk/quality/floors", data=form, headers=OURS).status_code == 403
    publisher = as_(Role.PUBLISHER, "dewi")
    for answer, offer in (("69", "3"), ("95", "2.9"), ("101", "3"), ("x", "3"), ("nan", "3"), ("95", "95")):
        refused = publisher.post("/desk/quality/floors", data={"answer": answer, "offer": offer}, headers=OURS)
        assert refused.status_code == 409
    assert publisher.post("/desk/quality/floors", data=form, headers=OURS).status_code == 303
    assert "Answers from 95 % on, offers from 3 % on." in publisher.get("/desk/quality").text
    assert newsroom.audit()[-1] == ("dewi", "set floors", "", "answer 0.95, offer 0.03")


def test_complaints_are_shown_masked_and_harmless(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:
    hostile = "<script>alert(1)</script> \u202ekilabret " + "x" * 65_000
    for text in (QUESTION, hostile):
        reply = answered(newsroom, text)
        said = Feedback(reply, f"c-{reply[2:]}", False, "button", newsroom.clock())
        newsroom.do(lambda tx, said=said: tx.feedback.put(said))
    answered(newsroom, "vaksin", Figure.OFFERED)
    page = as_(Role.VIEWER).get("/desk/quality").text
    assert "0812-••••-••••" in page
    assert "7890" not in page
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "probability 91 %" in page
    assert "nothing picked" in page


def test_a_sample_is_drawn_judged_and_taken_along(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:
    for _ in range(3):
        answered(newsroom)
    http = as_(Role.EDITOR, "ayu")
    week = week_of(http.get("/desk/quality").text)
    drawn = http.post("/desk/quality/samples", data={"week": week}, headers=OURS)
    assert drawn.headers["location"] == f"/desk/quality/samples/{week}"
    path = drawn.headers["location"]
    for place, says in (("1", "right"), ("2", "wrong"), ("3", "right")):
        page = http.get(path).text
        assert f'name="place" value="{place}"' in page
        assert "7890" not in page
        http.post(path, data={"place": place, "says": says}, headers=OURS)
    assert http.get(path).headers["location"] == "/desk/quality"
    page = http.get("/desk/quality").text
    assert "66.7 %" in page
    assert "20.8 % – 93.9 %" in page
    pairs = [json.loads(line) for line in http.get("/desk/quality/pairs.jsonl").text.splitlines()]
    assert sorted(pair["type"] for pair in pairs) == ["normal", "normal", "wrong"]
    assert "7890" not in str(pairs)
    assert [what for _, what, _, _ in newsroom.audit() if what == "judged an answer"] == ["judged an answer"] * 3


def test_another_editors_word_shows_where_they_differ(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:
    answered(newsroom)
    http = as_(Role.EDITOR, "ayu")
    path = f"/desk/quality/samples/{week_of(http.get('/desk/quality').text)}"
    http.post("/desk/quality/samples", data={"week": path[-10:]}, headers=OURS)
    http.post(path, data={"place": "1", "says": "right"}, headers=OURS)
    budi = as_(Role.EDITOR, "budi")
    assert "ayu" not in budi.get(path).text
    told = budi.post(path, data={"place": "1", "says": "wrong"}, headers=OURS)
    assert told.headers["location"] == f"{path}?place=1"
    page = budi.get(told.headers["location"]).text
    assert "Your judgement: Wrong." in page
    assert "ayu: Right." in page


@pytest.mark.parametrize("path", ["nonsense", "2026-99-99", "2020-01-06", "2020-01-06?place=7"])
def test_a_week_that_is_none_is_nowhere(as_: Callable[..., httpx2.Client], path: str) -> None:
    http = as_(Role.EDITOR)
    assert http.get(f"/desk/quality/samples/{path}").status_code == 404
    assert (
        http.post(f"/desk/quality/samples/{path}", data={"place": "x", "says": "right"}, headers=OURS).status_code
        == 404
    )
    assert http.post("/desk/quality/samples", data={"week": path[:10]}, headers=OURS).status_code == 409
