"""What every store promises about subscriptions, feedback and the audit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from periksa.model import (
    Act,
    ActKind,
    Address,
    Audit,
    Cadence,
    Consent,
    ConsentKind,
    Feedback,
    Message,
    MessageKind,
    Subscriber,
    Subscription,
)
from periksa.store import Store, Transaction

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
DAILY = Subscription("siti", "whatsapp", "kesehatan", Cadence.DAILY, NOON)


def meet(shelf: Transaction, *names: str) -> None:
    for name in names:
        shelf.contacts.resolve([Address("whatsapp", f"62811000{name}")], name, NOON)


def subscribe(shelf: Transaction, contact: str, topic: str, cadence: Cadence = Cadence.DAILY, **more: Any) -> Any:
    at, channel = more.get("at", NOON), more.get("channel", "whatsapp")
    return shelf.subscriptions.subscribe(contact, channel, topic, cadence, at, "word")


def test_subscribing_twice_is_subscribing_once(store: Store, do: Any) -> None:
    do(lambda shelf: meet(shelf, "siti"))
    assert do(lambda shelf: subscribe(shelf, "siti", "kesehatan")) == DAILY
    assert do(lambda shelf: subscribe(shelf, "siti", "kesehatan", at=LATER)) == DAILY
    assert store.read(lambda shelf: shelf.subscriptions.of("siti")) == [DAILY]
    assert len(store.read(lambda shelf: shelf.subscriptions.consents("siti"))) == 1


def test_another_cadence_replaces_the_first(store: Store, do: Any) -> None:
    do(lambda shelf: meet(shelf, "siti"))
    do(lambda shelf: subscribe(shelf, "siti", "kesehatan"))
    weekly = replace(DAILY, cadence=Cadence.WEEKLY, since=LATER)
    assert do(lambda shelf: subscribe(shelf, "siti", "kesehatan", Cadence.WEEKLY, at=LATER)) == weekly
    assert store.read(lambda shelf: shelf.subscriptions.of("siti")) == [weekly]


def test_the_log_says_who_agreed_to_what_when_and_how(store: Store, do: Any) -> None:
    do(lambda shelf: meet(shelf, "siti"))
    do(lambda shelf: subscribe(shelf, "siti", "kesehatan"))
    do(lambda shelf: subscribe(shelf, "siti", "politik", Cadence.WEEKLY))
    assert do(lambda shelf: shelf.subscriptions.unsubscribe("siti", LATER, "button", "kesehatan")) == 1
    assert do(lambda shelf: shelf.subscriptions.unsubscribe("siti", LATER, "button", "kesehatan")) == 0
    do(lambda shelf: shelf.subscriptions.opt_out("siti", LATER, "whatsapp"))
    do(lambda shelf: shelf.subscriptions.opt_out("siti", LATER, "whatsapp"))
    assert store.read(lambda shelf: shelf.subscriptions.of("siti")) == []
    assert store.read(lambda shelf: shelf.subscriptions.consents("siti")) == [
        Consent("siti", ConsentKind.SUBSCRIBED, NOON, "word", "kesehatan", Cadence.DAILY),
        Consent("siti", ConsentKind.SUBSCRIBED, NOON, "word", "politik", Cadence.WEEKLY),
        Consent("siti", ConsentKind.UNSUBSCRIBED, LATER, "button", "kesehatan", Cadence.DAILY),
        Consent("siti", ConsentKind.UNSUBSCRIBED, LATER, "whatsapp", "politik", Cadence.WEEKLY),
        Consent("siti", ConsentKind.OPTED_OUT, LATER, "whatsapp"),
    ]


def test_subscribing_ends_an_opt_out(store: Store, do: Any) -> None:
    do(lambda shelf: meet(shelf, "siti"))
    do(lambda shelf: shelf.subscriptions.opt_out("siti", NOON, "word"))
    assert store.read(lambda shelf: shelf.contacts.get("siti").opted_out_at) == NOON
    do(lambda shelf: subscribe(shelf, "siti", "kesehatan", at=LATER))
    assert store.read(lambda shelf: shelf.contacts.get("siti").opted_out_at) is None


def many(shelf: Transaction) -> None:
    meet(shelf, "ani", "budi", "cici", "dedi", "eko")
    for name in ("ani", "budi", "cici", "dedi"):
        subscribe(shelf, name, "kesehatan")
    subscribe(shelf, "ani", "politik", Cadence.WEEKLY)
    subscribe(shelf, "ani", "politik", Cadence.WEEKLY, channel="telegram")
    subscribe(shelf, "eko", "politik")
    shelf.contacts.update("ani", language="en")
    shelf.contacts.touch("ani", "whatsapp", LATER)
    shelf.subscriptions.opt_out("budi", LATER, "word")
    shelf.contacts.block("cici", LATER)
    shelf.contacts.gone("dedi", "whatsapp", LATER)


def test_a_broadcast_goes_to_everyone_who_wants_it_once(store: Store, do: Any) -> None:
    do(many)
    ani = Subscriber("ani", "whatsapp", "en", LATER)
    abroad = Subscriber("ani", "telegram", "en", None)
    eko = Subscriber("eko", "whatsapp", "", None)
    asked = {
        ("", None): [abroad, ani, eko],
        ("kesehatan", None): [ani],
        ("politik", None): [abroad, ani, eko],
        ("politik", Cadence.DAILY): [eko],
        ("", Cadence.WEEKLY): [abroad, ani],
        ("olahraga", None): [],
    }
    for (topic, cadence), expected in asked.items():
        got = store.read(lambda shelf, t=topic, c=cadence: list(shelf.subscriptions.subscribers(t, c)))
        assert got == expected, (topic, cadence)


def test_who_was_gone_and_writes_again_can_be_reached_again(store: Store, do: Any) -> None:
    do(many)
    do(lambda shelf: shelf.contacts.touch("dedi", "whatsapp", LATER))
    subscribers = store.read(lambda shelf: list(shelf.subscriptions.subscribers("kesehatan")))
    assert [each.contact for each in subscribers] == ["ani", "dedi"]


def test_more_subscribers_than_fit_one_statement_are_all_streamed(store: Store, do: Any) -> None:
    def work(shelf: Transaction) -> None:
        for number in range(1203):
            meet(shelf, f"{number:04}")
            subscribe(shelf, f"{number:04}", "kesehatan")

    do(work)
    subscribers = store.read(lambda shelf: [each.contact for each in shelf.subscriptions.subscribers()])
    assert subscribers == [f"{number:04}" for number in range(1203)]


def test_the_last_word_on_a_reply_counts(store: Store, do: Any) -> None:
    helped = Feedback("o-1", "siti", True, "button", NOON)
    do(lambda shelf: shelf.feedback.put(helped))
    did_not = replace(helped, helpful=False, source="reaction", at=LATER)
    do(lambda shelf: shelf.feedback.put(did_not))
    do(lambda shelf: shelf.feedback.put(replace(helped, reply="o-2")))
    assert store.read(lambda shelf: shelf.feedback.get("o-1")) == did_not
    assert store.read(lambda shelf: shelf.feedback.counts(NOON)) == (1, 1)
    assert store.read(lambda shelf: shelf.feedback.counts(LATER)) == (0, 1)


def test_feedback_that_is_taken_back_is_gone(store: Store, do: Any) -> None:
    do(lambda shelf: shelf.feedback.put(Feedback("o-1", "siti", True, "reaction", NOON)))
    assert do(lambda shelf: shelf.feedback.drop("o-1"))
    assert not do(lambda shelf: shelf.feedback.drop("o-1"))
    assert store.read(lambda shelf: shelf.feedback.get("o-1")) is None
    assert store.read(lambda shelf: shelf.feedback.counts(NOON)) == (0, 0)


def test_the_audit_is_read_from_its_end(store: Store, do: Any) -> None:
    entries = [Audit(NOON, "Rina", "answered", f"case-{number}", "cek-1") for number in range(5)]
    for entry in entries:
        do(lambda shelf, entry=entry: shelf.audit.add(entry))
    assert store.read(lambda shelf: shelf.audit.list()) == entries[::-1]
    assert store.read(lambda shelf: shelf.audit.list(limit=2)) == [entries[4], entries[3]]


def test_the_audit_of_a_case_is_that_of_all_its_parts(store: Store, do: Any) -> None:
    def one_case(tx: Any) -> None:
        for id in ("a", "b"):
            contact = tx.contacts.resolve([Address("whatsapp", id, "phone")], f"c-{id}", NOON)
            tx.messages.add(Message(id, contact, "whatsapp", id, MessageKind.TEXT, NOON, NOON, text=id))
            tx.cases.join([id], id, id, NOON, f"case-{id}")
        done = tx.acts.record(Act("m", ActKind.MERGED, "case-b", "Rina", NOON, {}, {}, "case-a"))
        tx.acts.merge("case-b", "case-a", done)

    do(one_case)
    kinds = ("answered", "answered otherwise")
    told = [
        Audit(NOON, "Rina", what, about, f"cek-{number}")
        for number, (what, about) in enumerate(
            [
                ("answered", "case-a"),
                ("answered", "case-b"),
                ("answered", "case-c"),
                ("tagged a case", "case-a"),
                ("answered otherwise", "case-a"),
            ]
        )
    ]
    for entry in told:
        do(lambda shelf, entry=entry: shelf.audit.add(entry))
    assert store.read(lambda shelf: shelf.audit.about("case-a", kinds)) == [told[4], told[1], told[0]]
    assert store.read(lambda shelf: shelf.audit.about("case-a", kinds, limit=1)) == [told[4]]
    assert store.read(lambda shelf: shelf.audit.about("case-a", ["closed"])) == []
    assert store.read(lambda shelf: shelf.audit.about("nothing", kinds)) == []
