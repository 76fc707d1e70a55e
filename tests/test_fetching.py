"""Files behind messages, from the fake platform into a folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from periksa.channels.web import Web
from periksa.errors import FetchError, FetchLater
from periksa.fetching import Fetching
from periksa.model import Address, Event, Job, JobKind, JobState, Media, Message, MessageKind, Outgoing
from periksa.store import Transaction
from periksa.store.files import Files
from periksa.store.memory import MemoryStore
from periksa.worker import Pace, Worker, back_off

TRIES = 3
PICTURE = b"\x89PNG gambar"


class Platform:
    """A channel with files; `trouble` is what it raises for an id, `during` what happens while one is loaded."""

    name = "whatsapp"
    caps = Web.caps

    def __init__(self) -> None:
        self.trouble: dict[str, Exception] = {}
        self.during: Callable[[], object] = lambda: None
        self.asked: list[str] = []

    def fetch(self, media: Media, most: int) -> Iterator[bytes]:
        self.asked.append(media.id)
        if media.id in self.trouble:
            raise self.trouble[media.id]
        self.during()
        yield PICTURE

    def handshake(self, params: Any) -> str:
        raise NotImplementedError

    def verify(self, raw: bytes, headers: Any) -> None:
        raise NotImplementedError

    def parse(self, raw: bytes) -> list[Event]:
        raise NotImplementedError

    def send(self, outgoing: Outgoing, to: Sequence[Address]) -> str:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class Room:
    def __init__(self, clock: Any, folder: Path) -> None:
        self.clock, self.store, self.files, self.platform = clock, MemoryStore(), Files(folder), Platform()
        channels: dict[str, Any] = {"whatsapp": self.platform, "web": Web()}
        fetching = Fetching(self.store, channels, self.files, clock, back_off, TRIES, most=1000)
        self.worker = Worker(JobKind.FETCH, fetching.fetch, self.store, clock, Pace(timedelta(seconds=30), TRIES, 10))

    def do(self, work: Callable[[Transaction], Any]) -> Any:
        return self.store.write(work).result(20)

    def received(self, id: str, media: Media | None = None, channel: str = "whatsapp") -> None:
        def keep(tx: Transaction) -> None:
            contact = tx.contacts.resolve([Address(channel, "6281355501001")], "c-rina", self.clock())
            at = self.clock()
            tx.messages.add(Message(id, contact, channel, f"wamid.{id}", MessageKind.IMAGE, at, at, media=media))
            tx.jobs.add([Job(JobKind.FETCH, id)], at)

        self.do(keep)

    def jobs(self, state: JobState = JobState.READY) -> list[Job]:
        return self.store.read(lambda tx: tx.jobs.list(state))

    def nothing_left(self) -> bool:
        return not self.store.read(lambda tx: tx.jobs.counts())


@pytest.fixture
def room(clock: Any, tmp_path: Path) -> Room:
    return Room(clock, tmp_path / "files")


def test_a_file_is_kept_under_its_message(room: Room) -> None:
    room.received("m-1", Media("77"))
    room.worker.once()
    path = room.files.path("m-1")
    assert path
    assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(PICTURE).digest()
    assert room.nothing_left()


def test_a_shift_that_runs_twice_fetches_once(room: Room) -> None:
    room.received("m-1", Media("77"))
    room.worker.once()
    room.do(lambda tx: tx.jobs.add([Job(JobKind.FETCH, "m-1")], room.clock()))
    room.worker.once()
    assert room.platform.asked == ["77"]
    assert room.nothing_left()


@pytest.mark.parametrize(("media", "channel"), [(None, "whatsapp"), (Media("77"), "web"), (Media("77"), "lain")])
def test_where_there_is_nothing_to_fetch_the_job_is_struck_off(room: Room, media: Media | None, channel: str) -> None:
    room.received("m-1", media, channel)
    room.do(lambda tx: tx.jobs.add([Job(JobKind.FETCH, "m-tidak-ada")], room.clock()))
    room.worker.once()
    assert room.platform.asked == []
    assert room.nothing_left()


def test_a_file_that_is_refused_is_left_and_no_one_is_alarmed(room: Room) -> None:
    room.platform.trouble["bom"] = FetchError("the file has 9,000,000 bytes; at most 1,000 are fetched")
    room.received("m-1", Media("bom"))
    room.received("m-2", Media("77"))
    room.worker.once()
    assert room.files.path("m-1") is None
    assert room.files.path("m-2")
    assert room.nothing_left()


def test_what_cannot_be_had_now_is_asked_for_again_and_not_for_ever(room: Room) -> None:
    room.platform.trouble["77"] = FetchLater("HTTP 503")
    room.received("m-1", Media("77"))
    room.received("m-2", Media("78"))
    room.worker.once()
    assert room.files.path("m-2"), "others do not wait for it"
    (job,) = room.jobs()
    assert job.not_before == room.clock() + timedelta(seconds=1)
    for _ in range(TRIES):
        room.clock.pass_(minutes=10)
        room.worker.once()
    assert room.platform.asked.count("77") == TRIES
    assert room.nothing_left()


def test_a_full_disk_is_the_operators_business(room: Room, tmp_path: Path) -> None:
    (tmp_path / "files").write_text("bukan folder")
    room.received("m-1", Media("77"))
    room.worker.once()
    (dead,) = room.jobs(JobState.DEAD)
    assert "cannot be kept in" in dead.error


def test_a_message_revoked_meanwhile_keeps_no_file(room: Room) -> None:
    """message types: "revoke (= forget it)"."""
    room.received("m-1", Media("77"))
    room.platform.during = lambda: room.do(
        lambda tx: tx.messages.forget("c-rina", "whatsapp", "wamid.m-1", room.clock())
    )
    room.worker.once()
    assert room.files.path("m-1") is None
    assert room.nothing_left()
