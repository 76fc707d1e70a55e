"""What every store promises about how those who asked are told, and about what the newsroom writes itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from periksa.model import (
    Address,
    Attached,
    CaseState,
    Draft,
    Hearers,
    Job,
    JobKind,
    Media,
    Message,
    MessageKind,
    Outgoing,
    Phrasing,
    Progress,
    Purpose,
    Reply,
    Status,
    StatusKind,
    Telling,
    Waiting,
)
from periksa.store import Store, Transaction

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DRAFT = Draft(
    "own-1", "case-1", "Kopi luwak.", "Salah", "Tidak ada bukti.", ("https://a.example/1",), "id", "ayu", NOON, None
)


def ask(tx: Transaction, person: str, text: str = "kopi", at: datetime = NOON, **more: Any) -> str:
    """They ask it; the id of their message."""
    contact = tx.contacts.resolve([Address("whatsapp", person)], f"c-{person}", at)
    id = f"m-{person}-{at:%H%M}"
    kind = more.pop("kind", MessageKind.TEXT)
    tx.messages.add(Message(id, contact, "whatsapp", f"p-{id}", kind, at, at, text=text, **more))
    tx.contacts.touch(contact, "whatsapp", at)
    tx.cases.join(["kopi"], "kopi", id, at, "case-1")
    return id


def tell(tx: Transaction, person: str, telling: Telling = Telling("case-1"), **more: Any) -> str:  # noqa: B008
    contact = f"c-{person}"
    reply = Outgoing(
        telling.reply_id(contact), contact, "whatsapp", Reply("begini"), campaign=telling.campaign, created_at=NOON
    )
    tx.outbox.add(replace(reply, **more))
    tx.cases.told("case-1", [contact], NOON)
    return reply.id


def waiting(store: Store) -> list[str]:
    return [each.contact for each in store.read(lambda tx: tx.cases.waiting("case-1"))]


def test_a_telling_is_the_first_and_goes_on_until_somebody_says_otherwise(store: Store, do: Any) -> None:
    do(lambda tx: ask(tx, "rina"))
    assert store.read(lambda tx: tx.tellings.of("case-1")) == Telling("case-1")
    stopped = Telling("case-1", 2, NOON, "ayu")
    do(lambda tx: tx.tellings.put(stopped))
    do(lambda tx: tx.tellings.put(replace(stopped, stopped_at=None)))
    do(lambda tx: tx.tellings.put(stopped))
    assert do(lambda tx: tx.tellings.hold("case-1")) == stopped
    assert store.read(lambda tx: tx.tellings.of("case-2")) == Telling("case-2")
    assert store.read(lambda tx: tx.tellings.of("\0")).number == 1


def test_a_case_that_became_another_is_told_as_that(store: Store, do: Any) -> None:
    def meet(tx: Transaction) -> None:
        ask(tx, "rina")
        message = Message("m-9", "c-rina", "whatsapp", "p-9", MessageKind.TEXT, NOON, NOON, text="teh")
        tx.messages.add(message)
        tx.cases.join(["teh"], "teh", "m-9", NOON + HOUR, "case-9")
        both = replace(message, id="m-10", platform_id="p-10")
        tx.messages.add(both)
        tx.cases.join(["teh", "kopi"], "teh", "m-10", NOON + HOUR, "case-10")

    do(meet)
    do(lambda tx: tx.tellings.put(Telling("case-1", 3)))
    assert store.read(lambda tx: tx.tellings.of("case-9")) == Telling("case-1", 3)
    assert [each.times for each in store.read(lambda tx: tx.tellings.phrasings("case-9"))] == [2, 1]


def test_what_has_not_gone_out_is_recalled_and_whom_it_was_for_wait_again(store: Store, do: Any) -> None:
    people = ("rina", "budi", "siti", "tono", "dewi")

    def begin(tx: Transaction) -> None:
        for person in people:
            ask(tx, person)
        ids = {person: tell(tx, person) for person in people}
        tx.outbox.begin(ids["rina"], NOON)
        tx.outbox.begin(ids["budi"], NOON)
        tx.outbox.sent(ids["budi"], "wamid.1")
        tx.outbox.hold(ids["siti"], NOON)
        tx.outbox.add(Outgoing("other", "c-tono", "whatsapp", Reply("lain")))

    do(begin)
    assert waiting(store) == []
    assert do(lambda tx: tx.tellings.recall(Telling("case-1", 2))) == 0
    assert do(lambda tx: tx.tellings.recall(Telling("case-1"))) == 3
    assert waiting(store) == ["c-siti", "c-tono", "c-dewi"]
    assert do(lambda tx: tx.tellings.recall(Telling("case-1"))) == 0
    assert store.read(lambda tx: tx.outbox.get("other"))
    assert store.read(lambda tx: tx.outbox.get("f-case-1-c-siti")) is None


def test_progress_counts_each_person_once_by_the_latest_reply(store: Store, do: Any) -> None:
    def begin(tx: Transaction) -> None:
        for person in ("rina", "budi", "siti", "tono", "dewi", "eka", "fajar", "gita"):
            ask(tx, person)
        ids = {person: tell(tx, person) for person in ("rina", "budi", "siti", "tono", "dewi", "eka", "fajar")}
        for person, status in (("rina", StatusKind.READ), ("budi", StatusKind.DELIVERED), ("siti", StatusKind.FAILED)):
            tx.outbox.begin(ids[person], NOON)
            tx.outbox.sent(ids[person], f"wamid.{person}")
            tx.outbox.settle(Status("whatsapp", f"wamid.{person}", status, NOON))
        tx.outbox.sent(ids["tono"], "wamid.tono")
        tx.outbox.hold(ids["dewi"], NOON)
        tx.jobs.add([Job(JobKind.SEND, ids["eka"])], NOON)
        [job] = tx.jobs.claim([JobKind.SEND], 9, NOON, HOUR)
        tx.jobs.bury(job.id, "refused")

    do(begin)
    progress = store.read(lambda tx: tx.tellings.progress(Telling("case-1")))
    assert progress == Progress(1, queued=1, held=1, sent=1, delivered=1, read=1, failed=2)
    assert (progress.told, progress.people) == (3, 8)
    again = {"id": "f-case-1-c-siti~2"}
    do(lambda tx: tell(tx, "siti", **again))
    assert store.read(lambda tx: tx.tellings.progress(Telling("case-1"))) == replace(progress, queued=2, failed=1)
    assert store.read(lambda tx: tx.tellings.progress(Telling("case-1", 2))) == Progress(1)


def test_a_settled_case_is_settled_otherwise_and_everyone_waits_again(store: Store, do: Any) -> None:
    do(lambda tx: [ask(tx, "rina"), ask(tx, "budi"), tell(tx, "rina")])
    later = NOON + HOUR
    assert not do(lambda tx: tx.tellings.renew("case-1", CaseState.ANSWERED, ["garam"], "ayu", later))
    do(lambda tx: tx.cases.answer("case-1", ["luwak"], "ayu", NOON))
    assert waiting(store) == ["c-budi"]
    assert do(lambda tx: tx.tellings.renew("case-1", CaseState.ANSWERED, ["garam"], "bima", later))
    case = store.read(lambda tx: tx.cases.get("case-1"))
    assert (case.state, case.articles, case.settled_by, case.settled_at) == ("answered", ("garam",), "bima", later)
    assert waiting(store) == ["c-rina", "c-budi"]
    assert do(lambda tx: tx.tellings.renew("case-1", CaseState.CLOSED, [], "bima", later))
    assert store.read(lambda tx: tx.cases.get("case-1")).state is CaseState.CLOSED
    assert not do(lambda tx: tx.tellings.renew("case-x", CaseState.CLOSED, [], "bima", later))


def test_hearers_are_counted_by_channel_language_and_window(store: Store, do: Any) -> None:
    def asked(tx: Transaction) -> None:
        for person in ("rina", "budi"):
            ask(tx, person)
        ask(tx, "siti", at=NOON + 2 * HOUR)
        ask(tx, "tono", at=NOON + 2 * HOUR)
        ask(tx, "dewi")
        tx.contacts.update("c-tono", language="en")
        tell(tx, "dewi")
        tx.contacts.block("c-rina", NOON)

    do(asked)
    closed = {"whatsapp": NOON + HOUR, "web": NOON + 9 * HOUR}
    assert store.read(lambda tx: tx.tellings.hearers("case-1", closed)) == [
        Hearers("whatsapp", "", False, 1),
        Hearers("whatsapp", "", True, 1),
        Hearers("whatsapp", "en", False, 1),
    ]
    assert [each.late for each in store.read(lambda tx: tx.tellings.hearers("case-1", {}))] == [False, False]
    assert store.read(lambda tx: tx.tellings.hearers("case-x", closed)) == []
    everyone = store.read(lambda tx: tx.tellings.hearers("case-1", closed, told=True))
    assert everyone[0] == Hearers("whatsapp", "", True, 2)
    found = store.read(lambda tx: tx.tellings.everyone("case-1", 3))
    assert [each.contact for each in found] == ["c-budi", "c-siti", "c-tono"]
    assert found[2] == Waiting("c-tono", "whatsapp", "en", "m-tono-1400", "", NOON + 2 * HOUR)


def test_phrasings_are_counted_most_often_first(store: Store, do: Any) -> None:
    def asked(tx: Transaction) -> None:
        ask(tx, "rina", "kopi?")
        ask(tx, "budi", "kopi luwak", forwarded=True)
        ask(tx, "siti", "kopi luwak", forwarded=True, frequently_forwarded=True)
        ask(tx, "tono", "", kind=MessageKind.IMAGE)

    do(asked)
    found = store.read(lambda tx: tx.tellings.phrasings("case-1"))
    text = MessageKind.TEXT
    assert found == [
        Phrasing("kopi luwak", text, 2, 2, 1),
        Phrasing("kopi?", text, 1),
        Phrasing("", MessageKind.IMAGE, 1),
    ]
    assert store.read(lambda tx: tx.tellings.phrasings("case-1", 1)) == found[:1]


def test_messages_with_files_are_listed_latest_first_but_for_those_taken_back(store: Store, do: Any) -> None:
    photo = Media("wa-1", "image/jpeg", "abc")

    def asked(tx: Transaction) -> None:
        ask(tx, "rina", "lihat ini", kind=MessageKind.IMAGE, media=photo)
        ask(tx, "budi", "kopi luwak")
        ask(tx, "siti", "", kind=MessageKind.AUDIO)
        ask(tx, "tono", "", kind=MessageKind.IMAGE, media=photo)

    do(asked)
    do(lambda tx: tx.messages.forget("c-tono", "whatsapp", "p-m-tono-1200", NOON + HOUR))
    found = store.read(lambda tx: tx.tellings.files("case-1"))
    assert found == [
        Attached("m-siti-1200", MessageKind.AUDIO, NOON, None),
        Attached("m-rina-1200", MessageKind.IMAGE, NOON, photo),
    ]
    assert store.read(lambda tx: tx.tellings.files("case-1", 1)) == found[:1]
    assert store.read(lambda tx: tx.tellings.files("case-2")) == []


def test_who_asked_the_same_after_it_was_answered_is_found_and_joins(store: Store, do: Any) -> None:
    def asked(tx: Transaction) -> None:
        ask(tx, "rina")
        contact = tx.contacts.resolve([Address("whatsapp", "budi")], "c-budi", NOON)
        for number in (1, 2):
            later = Message(
                f"m-{number}", contact, "whatsapp", f"p-{number}", MessageKind.TEXT, NOON, NOON, text="kopi"
            )
            tx.messages.add(later)
            told = Outgoing(
                f"r-{number}", contact, "whatsapp", Reply("ya"), f"m-{number}", created_at=NOON + number * HOUR
            )
            tx.outbox.add(replace(told, article="luwak"))
        tell(tx, "rina", article="luwak", message="m-rina-1200", purpose=Purpose.FOLLOW_UP)

    do(asked)
    found = store.read(lambda tx: tx.tellings.asked_since("luwak", NOON, 9))
    assert found == [("m-1", "kopi"), ("m-2", "kopi")]
    assert store.read(lambda tx: tx.tellings.asked_since("luwak", NOON + 2 * HOUR, 9)) == [("m-2", "kopi")]
    assert store.read(lambda tx: tx.tellings.asked_since("garam", NOON, 9)) == []
    assert store.read(lambda tx: tx.tellings.count_told("luwak")) == 2
    do(lambda tx: tx.tellings.adopt("case-1", ["m-1", "m-rina-1200"]))
    do(lambda tx: tx.tellings.adopt("case-1", []))
    assert waiting(store) == ["c-budi"]
    assert store.read(lambda tx: tx.tellings.asked_since("luwak", NOON, 9)) == [("m-2", "kopi")]


def test_drafts_come_back_as_they_were_written_last_first(store: Store, do: Any) -> None:
    later = replace(DRAFT, id="own-2", claim="Teh\0", changed_at=NOON + HOUR, published_at=NOON + HOUR)
    do(lambda tx: [tx.drafts.put(DRAFT), tx.drafts.put(later), tx.drafts.put(replace(DRAFT, id="own-3", case=""))])
    assert store.read(lambda tx: tx.drafts.get("own-1")) == DRAFT
    assert store.read(lambda tx: tx.drafts.get("own-2")).claim == "Teh\ufffd"
    assert store.read(lambda tx: tx.drafts.get("own-9")) is None
    assert [each.id for each in store.read(lambda tx: tx.drafts.of("case-1"))] == ["own-2", "own-1"]
    assert [each.id for each in store.read(lambda tx: tx.drafts.list(2))] == ["own-2", "own-1"]
    do(lambda tx: tx.drafts.put(replace(DRAFT, withdrawn_at=NOON, sources=())))
    assert store.read(lambda tx: tx.drafts.get("own-1")) == replace(DRAFT, withdrawn_at=NOON, sources=())


def test_a_draft_goes_with_its_case_when_that_becomes_part_of_another(store: Store, do: Any) -> None:
    def meet(tx: Transaction) -> None:
        ask(tx, "rina")
        for number, keys in ((9, ["teh"]), (10, ["teh", "kopi"])):
            message = Message(f"m-{number}", "c-rina", "whatsapp", f"p-{number}", MessageKind.TEXT, NOON, NOON)
            tx.messages.add(message)
            tx.cases.join(keys, "teh", message.id, NOON + HOUR, f"case-{number}")
        tx.drafts.put(replace(DRAFT, case="case-9"))

    do(meet)
    assert store.read(lambda tx: tx.drafts.of("case-1")) == [replace(DRAFT, case="case-9")]
    assert do(lambda tx: tx.drafts.hold("own-1")) == replace(DRAFT, case="case-9")
    assert do(lambda tx: tx.drafts.hold("own-9")) is None


def test_everyone_waits_again_whatever_they_were_told(store: Store, do: Any) -> None:
    for person in ("rina", "budi"):
        do(lambda tx, person=person: [ask(tx, person), tell(tx, person)])
    assert waiting(store) == []
    do(lambda tx: tx.tellings.untold("case-x"))
    assert waiting(store) == []
    do(lambda tx: tx.tellings.untold("case-1"))
    assert waiting(store) == ["c-rina", "c-budi"]


def test_a_telling_that_begins_afresh_forgets_what_was_told_before_it(store: Store, do: Any) -> None:
    telling = Telling("case-1", 4, afresh=3)
    do(lambda tx: tx.tellings.put(telling))
    assert store.read(lambda tx: tx.tellings.of("case-1")) == telling
    assert telling.told_before("c-rina") == ["f-case-1-3-c-rina"]
    assert [telling.was_other, replace(telling, afresh=4).was_other] == [True, False]
