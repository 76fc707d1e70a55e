"""A number and the ids that hold it walk through the store, and stand nowhere in the database; keys are changed."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from periksa.errors import SealError
from periksa.model import (
    Address,
    Cadence,
    Delivery,
    Job,
    JobKind,
    Message,
    MessageKind,
    Outgoing,
    Reply,
    Status,
    StatusKind,
)
from periksa.store import Store, Transaction, schema
from periksa.store.sealing import Sealing
from periksa.store.sql import SqlStore, migrate

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
NUMBER = "6281100022233"
NEW_NUMBER = "6281100077788"
WAMID = "wamid." + base64.b64encode(b"\x1c\x18\x0d" + NUMBER.encode() + b"\x15\x02\x00\x12\x18").decode()
"""The platform's ids hold the number of the person, as anybody can read who decodes them."""
SENTENCE = "benarkah bantuan tunai dibagikan lewat tautan ini?"
PHONE, NEW_PHONE = Address("whatsapp", NUMBER), Address("whatsapp", NEW_NUMBER)
OLD, NEW = Sealing([b"k" * 32]), Sealing([b"n" * 32, b"k" * 32])
SECRETS = (NUMBER, NEW_NUMBER, WAMID, "ID.1349302220153", NUMBER[::-1])


def walk(shelf: Transaction) -> None:
    """Everything that a store is ever told of one person."""
    contact = shelf.contacts.resolve([PHONE, Address("whatsapp", "ID.1349302220153", "bsuid")], "siti", NOON)
    shelf.deliveries.add(Delivery("d-1", "whatsapp", NOON, f'{{"from": "{NUMBER}", "id": "{WAMID}"}}'.encode()))
    shelf.deliveries.concern("d-1", [contact])
    said = Message("m-1", contact, "whatsapp", WAMID, MessageKind.TEXT, NOON, NOON, SENTENCE, refers_to=f"{WAMID}0")
    shelf.messages.add(said)
    shelf.messages.add_all([replace(said, id="m-2", platform_id=f"{WAMID}2")])
    shelf.contacts.touch(contact, "whatsapp", NOON)
    shelf.contacts.update(contact, language="id", welcomed_at=NOON)
    shelf.jobs.add([Job(JobKind.ANSWER, "m-1", contact)], NOON)
    shelf.cases.join(["sidik"], SENTENCE, "m-1", NOON, "case-1")
    shelf.outbox.add(Outgoing("o-1", contact, "whatsapp", Reply("Belum diperiksa."), "m-1", WAMID, NOON))
    shelf.outbox.begin("o-1", NOON)
    shelf.outbox.sent("o-1", f"{WAMID}3")
    shelf.outbox.settle(Status("whatsapp", f"{WAMID}4", StatusKind.READ, NOON, reply_id="o-1"))
    shelf.outbox.add(Outgoing("o-2", contact, "whatsapp", Reply("Salah."), "m-2", platform_id=f"{WAMID}5"))
    shelf.subscriptions.subscribe(contact, "whatsapp", "kesehatan", Cadence.DAILY, NOON, "word")
    shelf.contacts.block(contact, NOON)
    shelf.contacts.move([PHONE], [NEW_PHONE], "unused", LATER)


def content(address: str) -> bytes:
    """Every byte that is kept: of a SQLite file and its log, or of every row of every table as PostgreSQL prints it."""
    if address.startswith("sqlite"):
        path = Path(address.removeprefix("sqlite:///"))
        return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    with psycopg.connect(address) as connection:
        rows = [
            row[0]
            for name in schema.metadata.tables
            for row in connection.execute(f'SELECT each::text FROM "{name}" AS each')
        ]
    return "\n".join(rows).encode()


def looks(secret: str) -> list[bytes]:
    """How it might stand somewhere."""
    plain = secret.encode()
    return [plain, plain.hex().encode(), base64.b64encode(plain).rstrip(b"="), secret.encode("utf-16-le")]


def test_no_number_stands_anywhere_in_the_database(database: Any) -> None:
    store = database.open()
    store.write(walk).result(timeout=20)
    kept = content(database.address)
    assert SENTENCE.encode() in kept, "what is looked through holds the rows"
    assert [look for secret in SECRETS for look in looks(secret) if look in kept] == []
    addresses = store.read(lambda shelf: shelf.contacts.addresses("siti", "whatsapp"))
    assert [address.value for address in addresses] == ["ID.1349302220153", NEW_NUMBER]
    assert store.read(lambda shelf: shelf.messages.find("whatsapp", WAMID).refers_to) == f"{WAMID}0"


def test_what_was_forgotten_is_not_left_in_the_files_free_pages(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/periksa.db"
    migrate(address, OLD)
    store = SqlStore(address, OLD)
    store.write(walk).result(timeout=20)
    long = Message("m-9", "siti", "whatsapp", "9", MessageKind.TEXT, NOON, NOON, f"{SENTENCE} " * 500)
    store.write(lambda shelf: shelf.messages.add(long)).result(timeout=20)
    store.write(lambda shelf: shelf.contacts.forget("siti", LATER)).result(timeout=20)
    store.close()
    assert SENTENCE.encode() not in content(address)


# ---------------------------------------------------------------- another key


def as_it_was(shelf: Transaction) -> list[Any]:
    return [
        shelf.contacts.addresses("siti", "whatsapp"),
        shelf.contacts.find(NEW_PHONE),
        shelf.messages.of("siti"),
        shelf.messages.find("whatsapp", WAMID),
        shelf.outbox.of("siti"),
        shelf.outbox.find("whatsapp", f"{WAMID}5"),
        shelf.deliveries.get("d-1"),
        shelf.cases.waiting("case-1"),
    ]


def test_with_a_new_key_before_the_old_everything_is_sealed_anew(database: Any) -> None:
    store = database.open()
    store.write(walk).result(timeout=20)
    before = store.read(as_it_was)
    store.close()
    migrate(database.address, NEW)
    only_new = Sealing([b"n" * 32])
    store = SqlStore(database.address, only_new)
    assert store.read(as_it_was) == before
    assert store.write(lambda shelf: shelf.contacts.resolve([NEW_PHONE], "unused", LATER)).result(20) == "siti"
    message = Message("m-9", "siti", "whatsapp", WAMID, MessageKind.TEXT, NOON, NOON)
    assert not store.write(lambda shelf: shelf.messages.add(message)).result(20)
    store.write(lambda shelf: shelf.contacts.forget("siti", LATER)).result(20)
    store.write(lambda shelf: shelf.contacts.resolve([PHONE], "baru", LATER)).result(20)
    assert store.read(lambda shelf: shelf.contacts.get("baru").blocked_at) == LATER, "the blocklist knows the number"
    store.close()


def test_more_rows_than_fit_one_statement_are_sealed_anew(database: Any) -> None:
    store = database.open()
    messages = [Message(f"m-{n}", "siti", "whatsapp", f"w-{n}", MessageKind.TEXT, NOON, NOON) for n in range(1200)]
    store.write(lambda shelf: shelf.messages.add_all(messages)).result(timeout=60)
    store.close()
    migrate(database.address, NEW)
    store = SqlStore(database.address, Sealing([b"n" * 32]))
    assert store.read(lambda shelf: shelf.messages.of("siti", limit=2000)) == messages
    store.close()


def test_with_a_wrong_key_the_database_is_left_alone(database: Any) -> None:
    with pytest.raises(SealError, match="sealed with a key that is not among those given: restore the key file"):
        migrate(database.address, Sealing([b"n" * 32]))
    store = database.open()
    store.write(walk).result(timeout=20)


def test_who_still_has_the_old_key_writes_nothing_more(database: Any) -> None:
    store = database.open()
    store.write(walk).result(timeout=20)
    migrate(database.address, NEW)
    with pytest.raises(SealError, match="start this process again"):
        store.write(walk).result(timeout=20)
    with pytest.raises(SealError, match="restore the key file"):
        store.read(as_it_was)
    migrate(database.address, Sealing([b"k" * 32, b"n" * 32]))  # back again
    assert store.write(lambda shelf: shelf.messages.get("m-1")).result(timeout=20)


def test_a_new_key_waits_for_what_is_being_written(database: Any) -> None:
    store = database.open()
    started, release = threading.Event(), threading.Event()

    def write_slowly(shelf: Transaction) -> None:
        walk(shelf)
        started.set()
        release.wait(timeout=20)

    writing = store.write(write_slowly)
    assert started.wait(timeout=20)
    rotating = threading.Thread(target=migrate, args=(database.address, NEW))
    rotating.start()
    rotating.join(timeout=0.5)
    assert rotating.is_alive()
    release.set()
    writing.result(timeout=20)
    rotating.join(timeout=20)
    assert not rotating.is_alive()
    new = SqlStore(database.address, NEW)
    assert new.read(lambda shelf: shelf.contacts.find(NEW_PHONE)) == "siti"
    new.close()


# ---------------------------------------------------------------- two at once


def at_once(
    first: Store, second: Store, slow: Callable[[Transaction], Any], quick: Callable[[Transaction], Any]
) -> Any:
    """`quick` begins while `slow` has done everything but commit; what came of both."""
    started, release = threading.Event(), threading.Event()

    def slowly(shelf: Transaction) -> Any:
        result = slow(shelf)
        started.set()
        release.wait(timeout=20)
        return result

    one = first.write(slowly)
    assert started.wait(timeout=20)
    other = second.write(quick)
    threading.Timer(0.5, release.set).start()
    return one.result(timeout=20), other.result(timeout=20)


def test_what_somebody_sends_while_being_forgotten_is_somebody_elses(database: Any) -> None:
    stores = [database.open(), database.open()]
    stores[0].write(lambda shelf: shelf.contacts.resolve([PHONE], "siti", NOON)).result(timeout=20)

    def send(shelf: Transaction) -> str:
        contact = shelf.contacts.resolve([PHONE], "baru", LATER)
        shelf.messages.add(Message("m-1", contact, "whatsapp", WAMID, MessageKind.TEXT, NOON, NOON, SENTENCE))
        return contact

    forgotten, contact = at_once(*stores, lambda shelf: shelf.contacts.forget("siti", LATER), send)
    assert forgotten.addresses == 1
    assert contact == "baru"
    assert stores[0].read(lambda shelf: shelf.contacts.find(PHONE)) == "baru"
    assert stores[0].read(lambda shelf: len(shelf.messages.of("baru"))) == 1


def test_a_message_that_is_being_kept_is_forgotten_with_its_sender(database: Any) -> None:
    stores = [database.open(), database.open()]

    def send(shelf: Transaction) -> None:
        contact = shelf.contacts.resolve([PHONE], "siti", NOON)
        shelf.messages.add(Message("m-1", contact, "whatsapp", WAMID, MessageKind.TEXT, NOON, NOON, SENTENCE))

    stores[0].write(lambda shelf: shelf.contacts.resolve([PHONE], "siti", NOON)).result(timeout=20)
    _, forgotten = at_once(*stores, send, lambda shelf: shelf.contacts.forget("siti", LATER))
    assert forgotten.messages == 1
    assert stores[0].read(lambda shelf: shelf.messages.get("m-1")) is None


def test_cases_that_two_processes_let_meet_are_one(database: Any) -> None:
    stores = [database.open(), database.open()]
    for number, key in enumerate("abc"):
        join = lambda shelf, n=number, k=key: shelf.cases.join([k], k, f"m-{n}", NOON, f"case-{k}")  # noqa: E731
        stores[0].write(join).result(timeout=20)
    one, other = at_once(
        *stores,
        lambda shelf: shelf.cases.join(["a", "b"], "x", "m-8", LATER, "case-8"),
        lambda shelf: shelf.cases.join(["b", "c"], "x", "m-9", LATER, "case-9"),
    )
    assert {one.id, other.id} == {"case-a"}
    assert stores[0].read(lambda shelf: shelf.cases.get("case-c").asked) == 5
