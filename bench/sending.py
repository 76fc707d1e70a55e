"""How fast replies leave, and whether our pace stays below the platform's, on this machine alone.

    python bench/sending.py [--replies 2000] [--latency 150]

Two processes: this one sends what waits in its outbox (SQLite), a fake Graph API takes it and keeps to the platform's
limits: 80 messages a second, 45 at once and then one in 6 seconds to one person. Refusals are pace that was too fast.
"""

from __future__ import annotations

import multiprocessing
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import httpx2
import typer
from rich.console import Console
from rich.table import Table

from periksa.model import Address, Job, JobKind, JobState, Outgoing, Reply
from periksa.store import Transaction
from periksa.web.fake_graph import Settings, Statuses

SPAWN = multiprocessing.get_context("spawn")
GRAPH = Settings("bench-token", "bench-secret", "bench-word", "1", statuses=Statuses.WITHHELD)


def serve_graph(port: int, latency: float, limits: bool) -> None:
    from dataclasses import replace

    from periksa.web.fake_graph import FakeGraph, serve

    settings = replace(GRAPH, latency=latency, throughput=limits, pair_rate=limits)
    serve(FakeGraph(settings, lambda: datetime.now(UTC), lambda: secrets.token_hex(8)), "127.0.0.1", port)


@contextmanager
def graph(latency: float, *, limits: bool) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    process = SPAWN.Process(target=serve_graph, args=(port, latency, limits))
    process.start()
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                httpx2.get(f"{url}/recorded")
                break
            except httpx2.ConnectError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.join()


def sent(replies: int, people: int, url: str, per_second: float, senders: int) -> tuple[float, int, int]:
    """Seconds until the outbox was empty, messages taken, and times the channel had to rest or retry."""
    from periksa.app import build
    from periksa.config import load

    with TemporaryDirectory() as folder:
        given = {"APP_SECRET": GRAPH.secret, "VERIFY_TOKEN": GRAPH.verify_token, "TOKEN": GRAPH.token}
        given |= {"PHONE_NUMBER_ID": "1", "GRAPH_URL": url, "PER_SECOND": f"{per_second}"}
        environment = {f"PERIKSA_WHATSAPP_{name}": value for name, value in given.items()}
        environment |= {"PERIKSA_DATA_DIR": os.fspath(Path(folder)), "PERIKSA_WORKER_SENDERS": f"{senders}"}
        with build(load(None, environment).config) as periksa:
            at = datetime.now(UTC)

            def queue(tx: Transaction) -> None:
                for number in range(replies):
                    address = Address("whatsapp", f"62811{number % people:08}")
                    contact = tx.contacts.resolve([address], f"c-{number % people}", at)
                    tx.outbox.add(Outgoing(f"r-{number}", contact, "whatsapp", Reply("Salah."), created_at=at))
                    tx.jobs.add([Job(JobKind.SEND, f"r-{number}", contact)], at)

            periksa.store.write(queue).result()
            begun = time.perf_counter()
            periksa.workers.start()
            again = set()
            while periksa.store.read(lambda tx: any(kind is JobKind.SEND for kind, _ in tx.jobs.counts())):
                waiting = periksa.store.read(lambda tx: tx.jobs.list(JobState.READY, replies))
                again |= {job.id for job in waiting if job.error}
                time.sleep(0.1)
            took = time.perf_counter() - begun
            taken = len(httpx2.get(f"{url}/recorded", timeout=30).json()["messages"])
        return took, taken, len(again)


def main(
    replies: Annotated[int, typer.Option(help="Replies in the outbox.")] = 2000,
    latency: Annotated[float, typer.Option(help="Milliseconds the platform takes to answer.")] = 150,
) -> None:
    rows = [
        ("as fast as it goes, 16 senders", replies, replies, 0.0, False, 1000, 16),
        (f"answering in {latency:g} ms, 16 senders", replies, replies, latency, False, 1000, 16),
        (f"answering in {latency:g} ms, 64 senders", replies, replies, latency, False, 1000, 64),
        ("our pace against the platform's 80/s", replies, replies, latency, True, 80, 16),
        ("60 replies to each of 5 people", 300, 5, latency, True, 80, 16),
    ]
    table = Table("what", "replies", "seconds", "per second", "taken", "refused", title="Sending (SQLite, one process)")
    for what, count, people, wait, limits, per_second, senders in rows:
        with graph(wait, limits=limits) as url:
            took, taken, again = sent(count, people, url, per_second, senders)
        table.add_row(what, f"{count:,}", f"{took:.1f}", f"{taken / took:.0f}", f"{taken:,}", f"{again}")
    Console(width=110).print(table)


if __name__ == "__main__":
    typer.run(main)
