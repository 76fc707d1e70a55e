"""A number, a name and a sentence walk through the whole house, failures included, and are found in no log line, no
metric, no job, no error and no answer of the web.

The house is the real one (`app.build`): SQLite, the embedded index, the web app and the fake Graph server over HTTP.
"""

from __future__ import annotations

import base64
import io
import itertools
import json
import logging
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest

from periksa.app import Periksa, build, clock
from periksa.cli.logbook import log_to_stderr
from periksa.config import load
from periksa.model import Address, JobState, Outgoing
from periksa.web.fake_graph import FakeGraph, Fault, FaultKind, Settings, running
from periksa.web.fake_graph import build as build_graph
from periksa.web.fake_graph.hooks import Written, messages, sign

pytestmark = pytest.mark.network

NUMBER = "6281355590417"
NAME = "Mawarsari Tjokroaminoto"
SENTENCE = "kudengar kelapa muda menetralkan bisa ular kobra di kampung Sukamelang"
UNCHECKED = "tukang cukur Sukamelang dapat piala berbintang tujuh"
WAMID = "wamid." + base64.b64encode(f"\x18\r{NUMBER}\x15".encode()).decode()
SECRETS = (NUMBER, NUMBER[2:], NAME, NAME.split()[0], "Sukamelang", "berbintang tujuh", WAMID)
GRAPH = Settings("token-uji", "rahasia", "kata sandi", "200300400500600", redelivery=(0.01, 0.01))
CHECK = {
    "id": "uji-1",
    "kind": "fact-check",
    "title": "Air kelapa muda tidak menetralkan bisa ular",
    "claim": "Minum air kelapa muda dapat menetralkan bisa ular kobra.",
    "rating": "SALAH",
    "outlet": "Harian Uji",
    "date": "2025-04-02",
    "url": "https://uji.example/air-kelapa",
}


class Stumbling:
    """Stands before the real channel and, when told to, fails in a way nobody foresaw, quoting all it knows."""

    def __init__(self, channel: Any) -> None:
        self._channel, self.stumbles, self.trips = channel, 0, 0

    def __getattr__(self, name: str) -> Any:
        if name == "caps" and self.trips:
            self.trips -= 1
            raise ValueError(f"{NUMBER} {NAME} {SENTENCE}")
        return getattr(self._channel, name)

    def send(self, outgoing: Outgoing, to: Sequence[Address]) -> str:
        if self.stumbles:
            self.stumbles -= 1
            raise KeyError(f"{to} {NAME} {SENTENCE}: {outgoing.reply.text}")
        sent: str = self._channel.send(outgoing, to)
        return sent


class Street:
    """The house, a platform, and somebody who writes."""

    def __init__(self, periksa: Periksa, fake: FakeGraph, platform: str, door: httpx2.Client, folder: Path) -> None:
        self.periksa, self.fake, self.door, self.folder = periksa, fake, door, folder
        self.channel = Stumbling(periksa.channels["whatsapp"])
        periksa.channels["whatsapp"] = self.channel
        self.answers: list[str] = []
        self._numbers = itertools.count(1)
        self.platform = platform

    def post(self, raw: bytes, secret: str = GRAPH.secret) -> int:
        answer = self.door.post("/hooks/whatsapp", content=raw, headers={"x-hub-signature-256": sign(secret, raw)})
        self.answers.append(answer.text)
        return answer.status_code

    def write(self, text: str = SENTENCE) -> None:
        id = f"{WAMID}{next(self._numbers)}"
        raw = messages(GRAPH, [Written(NUMBER, text, id, name=NAME)], clock())
        assert self.post(raw) == 200
        self.work()

    def strike(self, kind: str) -> None:
        """Write, and have the platform fail the answer in this way."""
        self.fake.fail(Fault(FaultKind(kind)))
        self.write()
        self.settled()
        self.work()

    def work(self) -> None:
        """All that is due, and what was put off as if its time had come."""
        for _ in range(3):
            self.periksa.workers.drain()
            ready = self.periksa.store.read(lambda tx: tx.jobs.list(JobState.READY))
            for job in ready:
                self.periksa.store.write(lambda tx, job=job: tx.jobs.hasten(job.kind, job.key)).result()

    def settled(self) -> None:
        for _ in range(300):
            if not httpx2.get(f"{self.platform}/recorded").json()["webhooks"]["waiting"]:
                return
            time.sleep(0.01)

    def jobs(self) -> str:
        """Every byte of every job there is."""
        with sqlite3.connect(self.folder / "periksa.db") as rows:
            return json.dumps(rows.execute("SELECT * FROM jobs").fetchall())

    def metrics(self) -> str:
        answer = self.door.get("/metrics")
        assert answer.status_code == 200
        return answer.text


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """Everything that a running periksa would have written, as loud as can be."""
    root, ours = logging.getLogger(), logging.getLogger("periksa")
    before = root.handlers[:], root.level, ours.level
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    log_to_stderr(load(None, {"PERIKSA_LOG_FORMAT": request.param, "PERIKSA_LOG_LEVEL": "debug"}).config.log)
    yield written.getvalue
    root.handlers[:], root.level = before[:2]
    ours.setLevel(before[2])


@pytest.fixture
def street(tmp_path: Path, new_id: Callable[[], str]) -> Iterator[Street]:
    fake = FakeGraph(GRAPH, clock, new_id)
    (tmp_path / "checks.jsonl").write_text(json.dumps(CHECK) + "\n", encoding="utf-8")
    with running(build_graph(fake)) as platform:
        environ = {
            "PERIKSA_DATA_DIR": str(tmp_path),
            "PERIKSA_WHATSAPP_TOKEN": GRAPH.token,
            "PERIKSA_WHATSAPP_PHONE_NUMBER_ID": GRAPH.phone_number_id,
            "PERIKSA_WHATSAPP_APP_SECRET": GRAPH.secret,
            "PERIKSA_WHATSAPP_VERIFY_TOKEN": GRAPH.verify_token,
            "PERIKSA_WHATSAPP_GRAPH_URL": platform,
            "PERIKSA_WORKER_SETTLE_SECONDS": "0",
            "PERIKSA_WORKER_TRIES": "2",
        }
        with build(load(None, environ).config) as periksa:
            periksa.ingest.import_file(tmp_path / "checks.jsonl", lambda _: None)
            periksa.workers.drain()
            with running(periksa.site()) as url, httpx2.Client(base_url=url, timeout=20) as door:
                fake.callback_url = f"{url}/hooks/whatsapp"
                street = Street(periksa, fake, platform, door, tmp_path)
                yield street
                street.settled()


def walk(street: Street) -> None:
    """Answered, handed over, refused, failed in every way there is, stumbled over, buried."""
    street.write()
    street.write(UNCHECKED)
    for kind in ("http_500", "garbage", "failed", "window", "gone", "template"):
        street.strike(kind)
    street.channel.stumbles = 2
    street.write()
    street.channel.trips = 4
    street.write()
    for kind in ("transient", "throttled", "account"):  # after these the channel rests for a while
        street.strike(kind)
    raw = messages(GRAPH, [Written(NUMBER, SENTENCE, WAMID, name=NAME)], clock())
    assert street.post(raw, secret="salah") == 401
    assert street.post(raw[: len(raw) // 2]) == 400
    (street.folder / "index" / "current").write_text("v0-1")
    street.write(f"{SENTENCE} bukan?")
    street.answers.append(street.door.get("/ready").text)


@pytest.mark.parametrize("log", ["json", "text"], indirect=True)
def test_nothing_of_a_person_is_found_where_it_must_not_be(street: Street, log: Callable[[], str]) -> None:
    walk(street)
    told = {
        "log": log(),
        "metrics": street.metrics(),
        "jobs": street.jobs(),
        "answers": "\n".join(street.answers),
    }
    assert "answer jobs" in told["log"], "the log is as loud as it can be"
    assert "ValueError at test_canary.py" in told["log"], "an unforeseen error has been noted"
    assert 'result="outcome_unknown"' in told["metrics"]
    assert '"dead"' in told["jobs"]
    assert 'periksa_sends_total{channel="whatsapp",result="sent"}' in told["metrics"]
    found = [(where, secret) for where, text in told.items() for secret in SECRETS if secret in text]
    assert found == []


@pytest.mark.parametrize("log", ["json"], indirect=True)
def test_what_happened_is_counted(street: Street, log: Callable[[], str]) -> None:
    street.write()
    street.write(UNCHECKED)
    assert street.post(b"{}", secret="salah") == 401
    street.fake.fail(Fault(FaultKind.THROTTLED))
    street.write("kelapa muda menetralkan bisa ular")
    shown = street.metrics()
    assert 'periksa_received_total{channel="whatsapp",kind="text"} 3.0' in shown
    assert 'periksa_messages_answered_total{channel="whatsapp",outcome="handed_over"} 1.0' in shown
    assert 'periksa_messages_answered_total{channel="whatsapp",outcome="offered"} 1.0' in shown
    assert 'periksa_messages_answered_total{channel="whatsapp",outcome="answered"} 1.0' in shown
    assert 'periksa_refused_deliveries_total{channel="whatsapp",reason="bad_signature"} 1.0' in shown
    assert 'periksa_sends_total{channel="whatsapp",result="throttled"} 1.0' in shown
    assert 'periksa_answer_seconds_count{channel="whatsapp"} ' in shown
    for stop in ("parse", "store", "hear", "find", "reply", "pace", "send"):
        assert f'periksa_stop_seconds_count{{stop="{stop}"}}' in shown
    for line in log().splitlines():
        told = json.loads(line)
        assert {"at", "event", "level", "logger"} <= told.keys()
        assert told["logger"].startswith("periksa")


def test_a_house_that_cannot_answer_says_why(street: Street) -> None:
    assert street.door.get("/ready").text == "ready\n"
    (street.folder / "index" / "current").write_text("v0-1")
    answer = street.door.get("/ready")
    assert (answer.status_code, answer.text) == (503, "the index cannot be searched; run `periksa reindex`\n")
    street.periksa.store.close()
    answer = street.door.get("/ready")
    assert (answer.status_code, answer.text) == (503, "the store has not committed within 5 s\n")
