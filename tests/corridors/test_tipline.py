"""Corridor 1 with its real rooms: what comes in at the door, what waits in the outbox afterwards."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from periksa.errors import BadDelivery, BadSignature, ChannelError, IndexUnavailable
from periksa.model import Address, JobKind, JobState, MessageKind, StatusKind
from periksa.web.fake_graph.hooks import sign

from .conftest import ANSWERED, BUDI, GRAPH, LIBRARY, OFFERED, RINA, SAY, UNCHECKED, House, a_delivery, raw, written

# ---------------------------------------------------------------- deliveries


def test_everything_in_a_batch_is_answered_in_order(house: House) -> None:
    """field: "A batch of four messages answered once"."""
    chance = random.Random(3)
    for size in range(1, 21):
        people = [f"62813555020{size:02}", f"62813555030{size:02}"]
        texts = [*ANSWERED.values(), UNCHECKED, "bantuan"]
        batch = [written(chance.choice(texts), at, chance.choice(people)) for at in range(size)]
        batch = [replace(one, id=f"{one.id}-{one.sender}") for one in batch]
        assert house.hear(*batch) == size
        for phone in people:
            assert [reply.refers_to for reply in house.replies(phone)] == [x.id for x in batch if x.sender == phone]


def test_twenty_copies_of_a_delivery_at_once_give_one_answer(house: House) -> None:
    """dedupe: "20 concurrent copies of one delivery give one answer"."""
    delivery = a_delivery(written(ANSWERED["garam"]), written(ANSWERED["gempa"], 2))
    with ThreadPoolExecutor(20) as platform:
        assert sorted(platform.map(house.deliver, [delivery] * 20)) == [0] * 19 + [2]
    house.workers.drain()
    assert [one.refers_to for one in house.replies()] == ["wamid.01-1", "wamid.01-2"]
    assert house.hear(written(ANSWERED["garam"]), written(ANSWERED["gempa"], 2)) == 0
    assert len(house.replies()) == 2


def test_a_message_that_comes_in_two_deliveries_is_one(house: House) -> None:
    first, second = written(ANSWERED["garam"]), written(ANSWERED["gempa"], 2)
    assert [house.hear(first), house.hear(second, first), house.hear(first, second)] == [1, 1, 0]
    assert [one.refers_to for one in house.replies()] == [first.id, second.id]


def test_the_shift_done_twice_adds_nothing(house: House) -> None:
    house.deliver(a_delivery(written(UNCHECKED)))
    jobs = house.do(lambda tx: tx.jobs.claim([JobKind.ANSWER], 9, house.clock(), timedelta(seconds=30)))
    house.tipline.answer(jobs)
    house.tipline.answer(jobs)
    assert len(house.replies()) == 1
    assert [case.asked for case in house.cases()] == [1]
    left = {(JobKind.SEND, JobState.READY): 1, (JobKind.INTERIM, JobState.READY): 1}
    assert house.store.read(lambda tx: tx.jobs.counts()) == left


@pytest.mark.parametrize("headers", [{}, {"x-hub-signature-256": "sha256=" + "0" * 64}])
def test_a_delivery_with_a_wrong_signature_leaves_no_trace(house: House, headers: Mapping[str, str]) -> None:
    with pytest.raises(BadSignature):
        house.tipline.receive("whatsapp", a_delivery(written(ANSWERED["garam"])), headers)
    assert house.kept() == []
    assert house.store.read(lambda tx: tx.jobs.counts()) == {}


def test_what_is_no_delivery_is_refused(house: House) -> None:
    with pytest.raises(BadDelivery):
        house.deliver(b"[]")
    with pytest.raises(ChannelError, match=r"'telegram'.*web, whatsapp"):
        house.tipline.receive("telegram", b"{}", {})


def test_only_what_leaves_a_job_wakes_a_worker(house: House) -> None:
    house.deliver(raw("statuses", {"id": "wamid.OUT", "status": "read"}))
    assert house.woken == []
    house.hear(written(ANSWERED["garam"]))
    assert house.woken == [JobKind.ANSWER, JobKind.SEND]
    house.hear(written(ANSWERED["garam"]))
    assert house.woken == [JobKind.ANSWER, JobKind.SEND]


def test_whoever_hangs_up_ends_nothing(house: House) -> None:
    delivery = a_delivery(written(ANSWERED["garam"]))
    coming = house.tipline.receive("whatsapp", delivery, {"x-hub-signature-256": sign(GRAPH.secret, delivery)})
    assert not coming.cancel()
    assert coming.result(20) == 1
    assert house.woken == [JobKind.ANSWER]


def test_a_delivery_is_answered_even_if_a_file_cannot_be_deleted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def stuck(_: Sequence[str]) -> None:
        raise PermissionError("the folder may not be changed")

    house.send_kind("image", {"id": "f", "sha256": "ab"})
    contact = house.contact()
    [message] = house.look(lambda tx: tx.messages.of(contact))
    monkeypatch.setattr(house.tipline, "_drop_files", stuck)
    house.send_kind("revoke", {"original_message_id": message.platform_id})
    assert house.kept() == [MessageKind.IMAGE, MessageKind.REVOKE]


# ---------------------------------------------------------------- kinds of messages


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (MessageKind.REACTION, {"reaction": {"message_id": "wamid.1", "emoji": "👍"}}),
        (MessageKind.REVOKE, {"revoke": {"original_message_id": "wamid.1"}}),
        (MessageKind.SYSTEM, {"system": {"type": "user_changed_number", "wa_id": BUDI, "body": "…"}}),
        (MessageKind.TEXT, {"text": {"body": ANSWERED["garam"]}, "group_id": "G1"}),
    ],
)
def test_what_asks_us_nothing_is_kept_and_not_answered(
    house: House, kind: MessageKind, fields: Mapping[str, Any]
) -> None:
    assert house.deliver(raw("messages", {"from": RINA, "id": "wamid.X", "type": str(kind), **fields})) == 1
    house.workers.drain()
    assert house.kept(BUDI if kind is MessageKind.SYSTEM else RINA) == [kind]
    assert house.replies() == []


def test_an_edited_question_is_a_question(house: House) -> None:
    house.hear(written(UNCHECKED))
    message = {"type": "text", "text": {"body": ANSWERED["gempa"]}}
    edit = {"original_message_id": "wamid.01-1", "message": message}
    house.deliver(raw("messages", {"from": RINA, "id": "wamid.E", "type": "edit", "edit": edit}))
    house.workers.drain()
    assert house.kept() == [MessageKind.TEXT, MessageKind.EDIT]
    assert "Selat Bali" in house.said()[-1]


def test_somebody_who_changes_the_number_stays_the_same_person(house: House) -> None:
    house.hear(written(OFFERED))
    system = {"type": "user_changed_number", "wa_id": BUDI}
    house.deliver(raw("messages", {"from": RINA, "id": "wamid.S", "type": "system", "system": system}, contacts=False))
    house.hear(written("1", sender=BUDI))
    assert len(house.said(BUDI)) == 2
    assert "*SALAH*" in house.said(BUDI)[-1]


# ---------------------------------------------------------------- the conversation


@pytest.mark.parametrize("typed", ["2", " 2. ", "(2)"])
def test_an_offer_is_picked_from_by_its_number(house: House, typed: str) -> None:
    house.hear(written(OFFERED))
    [offer] = house.replies()
    assert len(offer.reply.options) == 3
    house.hear(written(typed, 2))
    assert offer.reply.options[1].title.partition(" ")[0] in house.said()[-1]
    assert "Yang diperiksa" in house.said()[-1]


def test_an_offer_is_picked_from_by_a_tap(house: House) -> None:
    house.hear(written(OFFERED))
    chosen = house.replies()[0].reply.options[0]
    house.hear(written(chosen.title, 2, choice=chosen.id))
    checked = next(article for article in LIBRARY if chosen.id.endswith(article.id))
    assert checked.claim in house.said()[-1]
    assert house.cases() == []


TWIN = replace(LIBRARY[3], id="gempa-antara", outlet="ANTARA", rating="Benar", url="https://antara.example/gempa")


def test_an_answer_says_who_else_checked_it_and_that_they_disagree(house: House) -> None:
    house.publish(replace(TWIN, date=date(2020, 1, 2)))
    house.hear(written(ANSWERED["gempa"]))
    [said] = house.said()
    assert "Penilaian penerbit berbeda: Cek Nusantara: SALAH; ANTARA: Benar." in said
    assert "Juga diperiksa oleh:\nANTARA (Benar, 2 Januari 2020) https://antara.example/gempa" in said


def test_so_does_what_is_picked_from_an_offer_and_it_is_told_where_nothing_can_be_searched(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = replace(LIBRARY[1], id="cip-antara", outlet="ANTARA", rating="Benar")
    house.publish(twin)
    house.hear(written(OFFERED))
    assert f"article:{LIBRARY[1].id}" in [option.id for option in house.replies()[0].reply.options]
    assert "Cek Nusantara: SALAH; ANTARA: Benar." in house.tap(f"article:{LIBRARY[1].id}")

    def gone(*_: object) -> None:
        raise IndexUnavailable("The index is gone.")

    monkeypatch.setattr(house.index, "search", gone)
    told = house.tap(f"article:{twin.id}")
    assert twin.claim in told
    assert "Penilaian penerbit berbeda" not in told


def test_none_of_these_is_noted_for_the_editors_once(house: House) -> None:
    house.hear(written(OFFERED))
    house.hear(written("3", 2), written(SAY["none"], 3, choice="none"))
    assert house.said()[1:] == [SAY["noted_none"]] * 2
    assert [(case.text, case.asked) for case in house.cases()] == [(OFFERED, 1)]


def test_a_tap_on_an_older_offer_is_about_that_one(house: House) -> None:
    house.hear(written(OFFERED))
    house.hear(written("banjir gempa", 2))
    older, later = house.replies()
    assert older.reply.options
    assert later.reply.options
    for each in (older, later):
        house.do(lambda tx, each=each: tx.outbox.sent(each.id, f"wamid.OUT-{each.message}"))
    reply = {"type": "list_reply", "list_reply": {"id": "none", "title": SAY["none"]}}
    tap = {"from": RINA, "id": "wamid.T", "type": "interactive", "interactive": reply}
    house.deliver(raw("messages", {**tap, "context": {"id": f"wamid.OUT-{older.message}"}}))
    house.workers.drain()
    assert [case.text for case in house.cases()] == [OFFERED]


def test_a_tap_on_what_is_gone_gets_a_useful_answer(house: House) -> None:
    """Issue 4: "a stale button gets a useful answer": what the button said is looked for anew."""
    assert LIBRARY[1].claim in house.tap("article:sudah-dihapus", title="Vaksin berisi cip pelacak")
    assert house.tap("none", title=SAY["none"], phone=BUDI) == SAY["stale"]
    assert house.cases() == []


def test_a_number_without_an_offer_is_no_choice(house: House) -> None:
    assert house.say("2") == SAY["acknowledged"]


def test_the_same_question_of_many_is_one_case(house: House) -> None:
    house.hear(written(UNCHECKED), written("halo", 2), written("ok", 3))
    house.hear(written(f"*{UNCHECKED.upper()}*", sender=BUDI))
    assert house.said()[0] == house.said(BUDI)[0] == SAY["not_checked"]
    assert [(case.text, case.asked) for case in house.cases()] == [(UNCHECKED, 2)]


def test_a_conversation_is_told_in_order(house: House) -> None:
    def say(text: str) -> None:
        said = {"id": f"w-{text}", "session": "sesi-rina", "text": text, "at": house.clock().isoformat()}
        house.tipline.receive("web", json.dumps(said).encode(), {}).result(20)
        house.clock.pass_(seconds=1)
        house.workers.drain()
        house.wait()

    rina = Address("web", "sesi-rina", "session")
    assert house.tipline.conversation(rina) == []
    say(OFFERED)
    say("halo")
    lines = house.tipline.conversation(rina)
    assert [(line.ours, line.text) for line in lines][::3] == [(False, OFFERED), (True, SAY["greeting"])]
    assert lines[1].text.endswith(SAY["offer"])
    assert [line.ours for line in lines] == [False, True, False, True]
    assert house.tipline.conversation(rina, after=lines[1].sequence) == [lines[3]]


# ---------------------------------------------------------------- statuses


def test_statuses_settle_a_reply_and_only_move_it_forward(house: House) -> None:
    """statuses: "repeated and out of order → only ever move forward"."""
    house.hear(written(ANSWERED["garam"]))
    [reply] = house.replies()
    for word in ("delivered", "sent", "read", "read", "delivered", "hologram"):
        status = {"id": "wamid.OUT", "status": word, "biz_opaque_callback_data": reply.id, "recipient_id": RINA}
        assert house.deliver(raw("statuses", status, contacts=False)) == 0
    assert house.replies() == [replace(reply, platform_id="wamid.OUT", status=StatusKind.READ)]


def test_a_status_of_a_strangers_reply_changes_nothing(house: House) -> None:
    house.hear(written(ANSWERED["garam"]))
    before = house.replies()
    house.deliver(raw("statuses", {"id": "wamid.LAIN", "status": "failed", "biz_opaque_callback_data": "r-lain"}))
    assert house.replies() == before
