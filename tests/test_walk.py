"""The floor plan is executable: the rooms a real message visits are the eight stops of `docs/house.md`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from periksa.answers import word
from periksa.answers.decide import Policy, decide
from periksa.channels.whatsapp import WhatsApp
from periksa.finding import Finder
from periksa.index.memory import MemoryIndex
from periksa.model import Article, ArticleKind, JobKind
from periksa.readers.text import TextReader
from periksa.sending import Sending
from periksa.store.memory import MemoryStore
from periksa.tipline import Tipline
from periksa.web import site
from periksa.web.fake_graph import FakeGraph, Settings, build, running
from periksa.web.fake_graph.hooks import Written, messages, sign
from periksa.worker import Pace, Workers, back_off

pytestmark = pytest.mark.network

PLAN = Path(__file__).parents[1] / "docs/house.md"
GRAPH = Settings("token-uji", "rahasia", "kata sandi", "200300400500600")
SHELVES = {"deliveries": "raw delivery", "messages": "messages", "outbox": "reply", "cases": "case", "jobs": "job"}
QUESTION = Written("6281355501001", "kabar bulan terbelah dua", "wamid.T1")


def stops() -> list[list[str]]:
    """The rows of the plan, each as what happens there."""
    rows = re.findall(r"^\| \d \| \w+ \| (?:\w+: )?(.+?) \|", PLAN.read_text(encoding="utf-8"), re.MULTILINE)
    return [row.split(", ") for row in rows]


class Recorder:
    """Stands before a real part and notes the verbs that are used; everything is handed on."""

    def __init__(self, part: Any, log: list[str], room: str, *verbs: str) -> None:
        self._part, self._log, self._room, self._verbs = part, log, room, verbs

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        return noting(found, self._log, f"{self._room}.{name}") if name in self._verbs else found


def noting(verb: Callable[..., Any], log: list[str], what: str) -> Callable[..., Any]:
    def noted(*given: Any, **named: Any) -> Any:
        log.append(what)
        return verb(*given, **named)

    return noted


class RecordedStore:
    """A real store that notes which nouns are put on its shelves, transaction by transaction."""

    def __init__(self, log: list[str]) -> None:
        self._store, self._log = MemoryStore(), log
        self.transactions: list[set[str]] = []

    def read(self, work: Callable[[Any], Any]) -> Any:
        return self._store.read(work)

    def close(self) -> None:
        self._store.close()

    def gather(self, work: Callable[[Any, list[Any]], Any], one: Any) -> Any:
        return self.write(lambda tx: work(tx, [one])[0])

    def write(self, work: Callable[[Any], Any]) -> Any:
        def noted(tx: Any) -> Any:
            kept: list[str] = []
            result = work(RecordedShelves(tx, kept))
            self._log.extend(kept)
            self.transactions.append(set(kept))
            return result

        return self._store.write(noted)


class RecordedShelves:
    def __init__(self, tx: Any, kept: list[str]) -> None:
        self._tx, self._kept = tx, kept

    def __getattr__(self, shelf: str) -> Any:
        found = getattr(self._tx, shelf)
        return RecordedShelf(found, SHELVES[shelf], self._kept) if shelf in SHELVES else found


class RecordedShelf:
    def __init__(self, shelf: Any, noun: str, kept: list[str]) -> None:
        self._shelf, self._noun, self._kept = shelf, noun, kept

    def __getattr__(self, verb: str) -> Any:
        found = getattr(self._shelf, verb)
        return self._adding(found) if verb in ("add", "add_all", "join") else found

    def _adding(self, add: Callable[..., Any]) -> Callable[..., Any]:
        def noted(what: Any, *given: Any) -> Any:
            self._kept.append(f"job *{what[0].kind}*" if self._noun == "job" else self._noun)
            return add(what, *given)

        return noted


@pytest.fixture
def fake(clock: Any, new_id: Callable[[], str]) -> Iterator[tuple[FakeGraph, str]]:
    fake = FakeGraph(GRAPH, clock, new_id)
    with running(build(fake)) as url:
        yield fake, url


def test_a_message_visits_the_stops_of_the_floor_plan(
    fake: tuple[FakeGraph, str], clock: Any, new_id: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log: list[str] = []
    platform, url = fake
    store = RecordedStore(log)
    real = WhatsApp([GRAPH.secret], GRAPH.verify_token, GRAPH.token, GRAPH.phone_number_id, url)
    whatsapp: Any = Recorder(real, log, "channel", "verify", "parse", "send")
    index = MemoryIndex()
    index.put([Article("garam", ArticleKind.FACT_CHECK, "Air garam dan virus", claim="Air garam membunuh virus.")])
    reader: Any = Recorder(TextReader(), log, "readers", "read")
    finding: Any = Recorder(index, log, "index", "search")
    finder = Finder(reader, finding, Policy())
    monkeypatch.setattr("periksa.finding.decide", noting(decide, log, "answers.decide"))
    monkeypatch.setattr(word, "word", noting(word.word, log, "answers.word"))
    tipline = Tipline(store, {"whatsapp": whatsapp}, finder, clock, new_id)
    sending = Sending(store, {"whatsapp": whatsapp}, clock, back_off, timedelta(seconds=60), 3)
    shifts = {JobKind.ANSWER: tipline.answer, JobKind.SEND: sending.send}
    workers = Workers(shifts, store, clock, Pace(timedelta(seconds=30), 3, 50))
    app = site.build(tipline, clock)

    async def web(scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path") == "/hooks/whatsapp":
            log.append("hook")
        await app(scope, receive, send)

    raw = messages(GRAPH, [QUESTION], clock())
    with running(web) as door:
        headers = {"x-hub-signature-256": sign(GRAPH.secret, raw)}
        assert httpx2.post(f"{door}/hooks/whatsapp", content=raw, headers=headers).status_code == 200
    assert log == [what for stop in stops()[:3] for what in stop], "before the 200"
    workers.drain()
    real.close()

    visited = list(dict.fromkeys(log))
    plan = stops()
    assert len(plan) == 8
    for stop in plan:
        assert sorted(visited[: len(stop)]) == sorted(stop)
        del visited[: len(stop)]
    assert visited == []
    assert set(plan[2]) in store.transactions, "stop 3 is one transaction"
    assert set(plan[6]) in store.transactions, "stop 7 is one transaction"
    assert [one.payload["context"] for one in platform.recorded()] == [{"message_id": QUESTION.id}]
