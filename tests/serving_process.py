"""A whole server, doors and workers, that can be told to die at a certain stop as in a power cut.

Its parts are the real ones; something stands before each, hands everything on, and kills the process when its stop is
reached.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from periksa.app import Periksa, build
from periksa.cli.serve import answer_at, listening
from periksa.config import load
from periksa.model import Address, ArticleKind, Event, Found, Outgoing, Query
from periksa.store import Store, Transaction


def serve(environ: Mapping[str, str], stop: str = "", skip: int = 0) -> None:
    """Serve until killed: by somebody, or by reaching `stop` after passing it `skip` times."""
    config = load(None, {**environ, "PERIKSA_MODELS_USE": "none"}).config
    trap = Trap(stop, skip)
    with listening(config.web.host, config.web.port) as door:
        parts = build(config)
        channels: dict[str, Any] = {name: TrappedChannel(one, trap) for name, one in parts.channels.items()}
        store: Any = TrappedStore(parts.store, trap)
        index: Any = TrappedIndex(parts.index, trap)
        periksa = Periksa(config, store, index, channels)
        periksa.workers.start()
        answer_at(door, periksa.site())


class Trap:
    def __init__(self, stop: str, skip: int) -> None:
        self._stop, self._skip = stop, skip

    def at(self, *stops: str) -> None:
        if self._stop in stops:
            self._skip -= 1
            if self._skip < 0:
                os.kill(os.getpid(), signal.SIGKILL)


class TrappedPart:
    def __init__(self, part: Any, trap: Trap) -> None:
        self._part, self._trap = part, trap

    def __getattr__(self, name: str) -> Any:
        return getattr(self._part, name)


class TrappedChannel(TrappedPart):
    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        self._trap.at("verify")
        self._part.verify(raw, headers)

    def parse(self, raw: bytes) -> list[Event]:
        events: list[Event] = self._part.parse(raw)
        self._trap.at("parsed")
        return events

    def send(self, outgoing: Outgoing, to: Sequence[Address]) -> str:
        platform_id: str = self._part.send(outgoing, to)
        self._trap.at("accepted")
        return platform_id


class TrappedIndex(TrappedPart):
    def search(self, query: Query, kind: ArticleKind, limit: int = 30) -> Found:
        found: Found = self._part.search(query, kind, limit)
        self._trap.at("searched")
        return found


class TrappedStore(TrappedPart):
    """Its stops are "shelf.verb, not committed" and "shelf.verb, committed"; a claim's verb names the kind of job."""

    def __init__(self, part: Store, trap: Trap) -> None:
        super().__init__(part, trap)
        self._gathering: dict[Any, tuple[Callable[..., Any], list[str]]] = {}

    def write(self, work: Callable[[Transaction], Any]) -> Future[Any]:
        watched, done = self._watched(work)
        return self._noticed(self._part.write(watched), done)

    def gather(self, work: Callable[[Transaction, Sequence[Any]], Sequence[Any]], one: Any) -> Future[Any]:
        if work not in self._gathering:
            self._gathering[work] = self._watched(work)
        watched, done = self._gathering[work]
        return self._noticed(self._part.gather(watched, one), done)

    def _watched(self, work: Callable[..., Any]) -> tuple[Callable[..., Any], list[str]]:
        done: list[str] = []

        def watched(tx: Any, *given: Any) -> Any:
            done.clear()
            result = work(WatchedShelves(tx, done), *given)
            self._trap.at(*(f"{verb}, not committed" for verb in done))
            return result

        return watched, done

    def _noticed(self, committed: Future[Any], done: list[str]) -> Future[Any]:
        committed.add_done_callback(lambda _: self._trap.at(*(f"{verb}, committed" for verb in done)))
        return committed


class WatchedShelves:
    def __init__(self, tx: Any, done: list[str]) -> None:
        self._tx, self._done = tx, done

    def __getattr__(self, shelf: str) -> Any:
        return WatchedShelf(getattr(self._tx, shelf), shelf, self._done)


class WatchedShelf:
    def __init__(self, shelf: Any, name: str, done: list[str]) -> None:
        self._shelf, self._name, self._done = shelf, name, done

    def __getattr__(self, verb: str) -> Any:
        do = getattr(self._shelf, verb)

        def noted(*given: Any, **named: Any) -> Any:
            result = do(*given, **named)
            what = f"{self._name}.{verb}"
            if verb != "claim":
                self._done.append(what)
            elif result:
                self._done.append(f"{what} {result[0].kind}")
            return result

        return noted
