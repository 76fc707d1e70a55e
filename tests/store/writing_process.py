"""A process that writes to a database until it is killed, and says after every commit what it wrote.

    python writing_process.py <address> <name> [<how many>]

Each piece of work is a delivery, three messages of one new person and their three jobs, all carrying the same number.
"""

from __future__ import annotations

import itertools
import sys
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any

from periksa.model import Address, Delivery, Job, JobKind, Message, MessageKind
from periksa.store import Transaction
from periksa.store.sealing import Sealing
from periksa.store.sql import SqlStore

SEALING = Sealing([b"k" * 32])
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
AT_ONCE = 20


def one_delivery(id: str) -> Any:
    def work(shelf: Transaction) -> None:
        contact = shelf.contacts.resolve([Address("whatsapp", f"62811{id}")], f"contact {id}", NOON)
        shelf.deliveries.add(Delivery(id, "whatsapp", NOON, b"{}"))
        for part in "abc":
            key = f"{id} {part}"
            shelf.messages.add(Message(key, contact, "whatsapp", key, MessageKind.TEXT, NOON, NOON, "apakah benar?"))
            shelf.jobs.add([Job(JobKind.ANSWER, key, contact)], NOON)

    return work


def main(address: str, name: str, how_many: int | None) -> None:
    store = SqlStore(address, SEALING)
    waiting: list[tuple[str, Future[None]]] = []
    for number in itertools.count() if how_many is None else range(how_many):
        id = f"{name}-{number}"
        waiting.append((id, store.write(one_delivery(id))))
        if len(waiting) == AT_ONCE:
            tell(*waiting.pop(0))
    for one in waiting:
        tell(*one)
    store.close()


def tell(id: str, future: Future[None]) -> None:
    future.result(timeout=60)
    sys.stdout.write(f"{id}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if sys.argv[3:] else None)
