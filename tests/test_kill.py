"""SIGKILL at every stop of corridor 1, and at random: nothing is lost, and nothing is said twice that was confirmed.

The platform (a fake one, in this process) delivers again what was not answered 200, as the real one does for days.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from periksa.app import build, clock, new_id
from periksa.config import load
from periksa.model import Address, Article, ArticleKind, JobKind, StatusKind
from periksa.store import Store
from periksa.store.sealing import read_keys
from periksa.store.sql import SqlStore
from periksa.web.fake_graph import FakeGraph, Settings, Statuses, running
from periksa.web.fake_graph import build as build_graph

pytestmark = pytest.mark.network

GRAPH = Settings("token-uji", "rahasia", "kata sandi", "200300400500600", redelivery=(0.1,) * 600)
LEASE, SETTLE = 1, 2
PATIENCE = 30
"""Seconds until a test gives up waiting."""
LIBRARY = [
    Article("garam", ArticleKind.FACT_CHECK, "Air garam dan virus", "Cek Nusantara", claim="Air garam membunuh virus."),
    Article(
        "gempa", ArticleKind.FACT_CHECK, "Ramalan gempa Bali", "Cek Nusantara", claim="Gempa akan terjadi di Bali."
    ),
]
TEXTS = ["air garam membunuh virus", "gempa akan terjadi di bali", "kopi luwak bersertifikat", "bantuan"]
PEOPLE = [f"62813555010{number:02}" for number in range(40)]

STOPS = {
    "verify": 1,
    "parsed": 1,
    "messages.add_all, not committed": 0,
    "messages.add_all, committed": 0,
    "jobs.claim answer, committed": 0,
    "searched": 2,
    "outbox.add_all, not committed": 0,
    "outbox.add_all, committed": 0,
    "jobs.claim send, committed": 0,
    "outbox.begin_all, committed": 2,
    "accepted": 2,
    "outbox.sent_all, not committed": 1,
    "outbox.sent_all, committed": 2,
}
"""Where to die, and how often that place is passed before."""
IN_DOUBT = ("outbox.begin_all, committed", "accepted", "outbox.sent_all, not committed")


class Platform:
    """The fake platform, and the server that it talks to."""

    def __init__(self, fake: FakeGraph, url: str) -> None:
        self.fake, self.url = fake, url

    def write(self, count: int, batch: int, people: int) -> list[str]:
        """So many messages on their way to us; their ids."""
        run = new_id()[:8]
        said = [
            {"from": PEOPLE[number % people], "text": TEXTS[number % len(TEXTS)], "id": f"wamid.{run}-{number}"}
            for number in range(count)
        ]
        ids: list[str] = self._post("/deliver", {"messages": said, "batch": batch})["ids"]
        return ids

    def _post(self, path: str, order: Mapping[str, Any]) -> Any:
        return httpx2.post(f"{self.url}{path}", json=order).raise_for_status().json()

    def answered(self) -> Counter[str]:
        """How often each message was answered."""
        return Counter(str(one.payload["context"]["message_id"]) for one in self.fake.recorded())  # type: ignore[index]

    def at_rest(self) -> bool:
        return not httpx2.get(f"{self.url}/recorded").json()["webhooks"]["waiting"]


class Server:
    """The server process: started, killed, started again, always on the same data."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        from serving_process import serve

        self._environ, self._serve = environ, serve
        self._context = multiprocessing.get_context("forkserver")
        self._process: Any = None

    def start(self, stop: str = "", skip: int = 0) -> None:
        self._process = self._context.Process(target=self._serve, args=(self._environ, stop, skip))
        self._process.start()

    def wait_for_its_death(self) -> None:
        self._process.join(PATIENCE)
        assert self._process.exitcode == -signal.SIGKILL, "it did not reach its stop"

    def kill(self) -> None:
        self._process.kill()
        self._process.join(PATIENCE)


def is_up(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/health").status_code == 200
    except httpx2.ConnectError:
        return False


def wait_until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, f"after {PATIENCE} seconds still not: {what}"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a filled index, to be copied."""
    data = tmp_path_factory.mktemp("library")
    with build(load(None, {"PERIKSA_DATA_DIR": os.fspath(data)}).config) as periksa:
        periksa.index.put(LIBRARY)
        periksa.store.write(lambda tx: tx.articles.put(LIBRARY, clock())).result()
    return data


@pytest.fixture(scope="module")
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def platform(port: int) -> Iterator[Platform]:
    fake = FakeGraph(replace(GRAPH, callback_url=f"http://127.0.0.1:{port}/hooks/whatsapp"), clock, new_id)
    with running(build_graph(fake)) as url:
        yield Platform(fake, url)


@pytest.fixture(scope="module")
def _warm() -> Iterator[None]:
    """Servers are forked from a process that has loaded everything: that saves a second each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(Path(__file__).parent)
        parts = ("app", "cli.serve", "store.sql", "channels.whatsapp", "web.site")
        loaded = ["pytest", "uvicorn", "uvloop", "httptools", *(f"periksa.{part}" for part in parts)]
        multiprocessing.get_context("forkserver").set_forkserver_preload(loaded)
        yield


@pytest.fixture
def environ(library: Path, platform: Platform, port: int, tmp_path: Path) -> Mapping[str, str]:
    shutil.copytree(library, tmp_path / "data")
    settings = {
        "DATA_DIR": os.fspath(tmp_path / "data"),
        "WEB_PORT": str(port),
        "WHATSAPP_APP_SECRET": GRAPH.secret,
        "WHATSAPP_VERIFY_TOKEN": GRAPH.verify_token,
        "WHATSAPP_TOKEN": GRAPH.token,
        "WHATSAPP_PHONE_NUMBER_ID": GRAPH.phone_number_id,
        "WHATSAPP_GRAPH_URL": platform.url,
        "WORKER_LEASE_SECONDS": str(LEASE),
        "WORKER_SETTLE_SECONDS": str(SETTLE),
    }
    return {f"PERIKSA_{name}": value for name, value in settings.items()}


@pytest.fixture
def server(environ: Mapping[str, str], platform: Platform, _warm: None) -> Iterator[Server]:
    platform.fake.forget()
    server = Server(environ)
    yield server
    server.kill()
    platform.fake.settings = replace(platform.fake.settings, statuses=Statuses.IN_ORDER)


@pytest.fixture
def store(environ: Mapping[str, str]) -> Iterator[Store]:
    """A look into the server's database."""
    config = load(None, environ).config
    store = SqlStore(config.database, read_keys(config.key_file))
    yield store
    store.close()


def left(store: Store) -> set[JobKind]:
    """Kinds of jobs that could still say something; those for later (an interim word, a review) may wait."""
    counts = store.read(lambda tx: tx.jobs.counts())
    return {kind for kind, _ in counts} & {JobKind.ANSWER, JobKind.SEND}


def finish(platform: Platform, store: Store, ids: list[str]) -> None:
    """Wait until every message is answered, and nothing is left that could answer one again."""
    wait_until(lambda: platform.answered().keys() == set(ids), "every message is answered")
    wait_until(lambda: not left(store), "no job is left")
    wait_until(platform.at_rest, "every status is delivered")


@pytest.mark.parametrize("stop", STOPS)
def test_a_server_that_dies_answers_every_message_once(
    server: Server, platform: Platform, store: Store, stop: str
) -> None:
    server.start(stop, STOPS[stop])
    ids = platform.write(6, batch=2, people=3)
    server.wait_for_its_death()
    server.start()
    finish(platform, store, ids)
    assert platform.answered() == dict.fromkeys(ids, 1)


def test_a_status_that_could_not_reach_a_dead_server_is_waited_for(
    server: Server, platform: Platform, store: Store, port: int
) -> None:
    """Down for longer than lease and settling time, and the platform does not try again at once."""
    ours, nowhere = platform.fake.callback_url, "http://127.0.0.1:9"
    server.start("accepted")
    ids = platform.write(6, batch=2, people=3)
    server.wait_for_its_death()
    platform.fake.callback_url = nowhere
    time.sleep(SETTLE + 0.2)
    server.start()
    wait_until(lambda: is_up(port), "the server is up")
    time.sleep(SETTLE / 2)
    platform.fake.callback_url = ours
    finish(platform, store, ids)
    assert platform.answered() == dict.fromkeys(ids, 1)


@pytest.mark.parametrize("stop", IN_DOUBT)
def test_where_the_platform_tells_nothing_a_reply_is_repeated_at_most_once(
    server: Server, platform: Platform, store: Store, stop: str
) -> None:
    """ambiguity: "a timeout after a send is ambiguous: never resend blindly"."""
    platform.fake.settings = replace(platform.fake.settings, statuses=Statuses.WITHHELD)
    server.start(stop, STOPS[stop])
    ids = platform.write(6, batch=2, people=3)
    server.wait_for_its_death()
    server.start()
    finish(platform, store, ids)
    assert max(platform.answered().values()) <= 2


def test_a_server_that_dies_again_and_again_answers_every_message_once(
    server: Server, platform: Platform, store: Store
) -> None:
    chance = random.Random(20260301)
    server.start()
    ids: list[str] = []
    for kills in range(5):
        ids += platform.write(40, batch=chance.randint(1, 9), people=len(PEOPLE))
        wait_until(lambda so_far=40 * kills: len(platform.answered()) > so_far, "it works again")  # type: ignore[misc]
        time.sleep(chance.uniform(0, 0.4))
        server.kill()
        server.start()
    finish(platform, store, ids)
    assert platform.answered() == dict.fromkeys(ids, 1)
    for phone in PEOPLE:
        contact = store.read(lambda tx, phone=phone: tx.contacts.find(Address("whatsapp", phone)))  # type: ignore[misc]
        replies = store.read(lambda tx, contact=contact: tx.outbox.of(contact))  # type: ignore[misc]
        assert [reply.status for reply in replies] == [StatusKind.READ] * 5
