"""The desk over real corridors and a store in memory, behind a real server; people who ask, and people who answer."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import date, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from tests.conftest import Clock
from tests.web.conftest import Server, Tipline

from periksa.answers.decide import Policy
from periksa.answers.ratings import shipped
from periksa.asking import Asking
from periksa.authoring import Authoring
from periksa.broadcast import Broadcast
from periksa.casework import Casework
from periksa.catalogue import Catalogue
from periksa.channels.web import Web
from periksa.finding import Finder
from periksa.inbox import Attachments, Inbox
from periksa.index.memory import MemoryIndex
from periksa.model import Address, Article, ArticleKind, Case, CaseState, JobKind, Message, MessageKind, Outgoing, Role
from periksa.numbers import Numbers
from periksa.publishing import Publishing
from periksa.quality import Quality
from periksa.readers.text import TextReader
from periksa.review import Review
from periksa.staffing import Staffing
from periksa.staffing.passkeys import Passkeys
from periksa.staffing.passwords import Passwords
from periksa.store.files import Files
from periksa.store.memory import MemoryStore
from periksa.web.desk.app import build as build_desk
from periksa.web.site import build

ZONE = timezone(timedelta(hours=7), "WIB")
QUICK = Passwords(64, 1, nobodys=Passwords(64, 1).seal("nobody"))
PASSWORD = "kuda-baterai-staples-benar"
RUMOUR = "kopi luwak bersertifikat pemerintah daerah bisa menyembuhkan diabetes"
OURS = {"sec-fetch-site": "same-origin"}
"""What a browser says about a form of our own page."""


def check(id: str, title: str, claim: str, **more: Any) -> Article:
    given = {
        "outlet": "Cek Nusantara",
        "url": f"https://cek.example/{id}",
        "date": date(2026, 1, 17),
        "rating": "SALAH",
        "language": "id",
    }
    return Article(id, ArticleKind.FACT_CHECK, title, claim=claim, **(given | more))


LIBRARY = [
    check(
        "luwak",
        "Kopi luwak tidak menyembuhkan diabetes",
        "Kopi luwak bersertifikat dapat menyembuhkan diabetes.",
        summary="Dokter penyakit dalam menyatakan tidak ada penelitian yang mendukung klaim ini.",
    ),
    check("garam", "Air garam bukan penangkal virus", "Berkumur air garam hangat membunuh virus di tenggorokan."),
    check("banjir", "Foto banjir Semarang adalah foto lama", "Foto banjir Semarang memperlihatkan kereta terendam."),
]


class Newsroom:
    """What stands behind the desk, and the people before the tipline."""

    def __init__(self, clock: Clock, new_id: Callable[[], str], folder: Path) -> None:
        self.clock, self.new_id = clock, new_id
        self.store = MemoryStore()
        self.files = Files(folder)
        self.index = MemoryIndex()
        self.index.put(LIBRARY)
        self.do(lambda tx: tx.articles.put(LIBRARY, clock()))
        self.finder = Finder(TextReader(), self.index, Policy(answer=0.7, offer=0.03))
        self.casework = Casework(self.store, self.finder, clock, new_id)
        self.health: list[Any] = []
        self.broadcast = Broadcast(self.store, {"web": Web()}, clock)
        self.review = Review(self.store, {"web": Web()}, self.finder, clock)
        self.numbers = Numbers(self.store, clock, ZONE)
        self.quality = Quality(self.store, clock, ZONE, Policy(answer=0.7, offer=0.03))
        tokens = itertools.count(1)
        self.staffing = Staffing(self.store, clock, new_id, lambda: f"token-{next(tokens)}", QUICK)

    def app(self, tipline: Tipline) -> Starlette:
        desk = build_desk(
            self.staffing,
            Inbox(self.store, self.clock, {"web": timedelta(hours=24)}),
            self.review,
            self.casework,
            Asking(self.finder, Policy(), self.clock),
            Publishing(self.store, self.finder, self.clock),
            Authoring(self.store, self.clock, self.new_id, "Cek Nusantara"),
            self.clock,
            "Cek Nusantara",
            ZONE,
            passkeys=Passkeys(self.store, self.staffing, self.clock),
            numbers=self.numbers,
            quality=self.quality,
            broadcasting=self.broadcast,
            catalogue=Catalogue(self.store, self.clock, shipped(), health=lambda: self.health),
            attachments=Attachments(self.store, self.files, self.clock),
        )
        asking, library = Asking(self.finder, Policy(), self.clock), Publishing(self.store, self.finder, self.clock)
        return build(tipline, self.clock, asker=asking, library=library, desk=desk)

    def do(self, work: Callable[[Any], Any]) -> Any:
        return self.store.write(work).result(20)

    def ask(self, text: str, *people: str, key: str = "", kind: MessageKind = MessageKind.TEXT) -> Case:
        """These people ask this; it is one case, by its text or a key."""
        for person in people or ("rina",):
            id, at = self.new_id(), self.clock()

            def asked(tx: Any, person: str = person, id: str = id, at: Any = at) -> Case:
                contact = tx.contacts.resolve([Address("web", person, "session")], f"c-{person}", at)
                tx.messages.add(Message(id, contact, "web", f"p-{id}", kind, at, at, text=text))
                tx.contacts.touch(contact, "web", at)
                return tx.cases.join([key or text], text or f"[{kind}]", id, at, f"case-{id}")

            case = self.do(asked)
        return case

    def work(self) -> None:
        """Tell everyone who is to be told."""
        jobs = self.do(lambda tx: tx.jobs.claim([JobKind.FOLLOW_UP], 99, self.clock(), timedelta(seconds=30)))
        self.review.follow_up(jobs)

    def told(self, person: str) -> list[Outgoing]:
        return self.store.read(lambda tx: tx.outbox.of(f"c-{person}"))

    def cases(self, state: CaseState = CaseState.OPEN) -> list[Case]:
        return self.store.read(lambda tx: tx.cases.list(state))

    def audit(self) -> list[tuple[str, str, str, str]]:
        """Oldest first."""
        entries = self.store.read(lambda tx: tx.audit.list(1000))
        return [(each.who, each.what, each.about, each.detail) for each in reversed(entries)]

    def hire(self, name: str, role: Role = Role.EDITOR) -> str:
        """Somebody with the password `PASSWORD`; a token of theirs."""
        return self.staffing.accept(self.staffing.invite(name, role, "operator").token, PASSWORD).token

    def hire_user(self, name: str, role: Role = Role.EDITOR) -> str:
        """The same; their id."""
        return self.staffing.accept(self.staffing.invite(name, role, "operator").token, PASSWORD).present.user.id


@pytest.fixture
def newsroom(clock: Clock, new_id: Callable[[], str], tmp_path: Path) -> Newsroom:
    return Newsroom(clock, new_id, tmp_path / "files")


@pytest.fixture
def app(tipline: Tipline, newsroom: Newsroom) -> Starlette:
    return newsroom.app(tipline)


@pytest.fixture
def http(server: Server) -> Iterator[httpx2.Client]:
    """A browser that has no session yet."""
    with httpx2.Client(base_url=server.url, timeout=10, headers={"accept-language": "en"}) as client:
        yield client


@pytest.fixture
def as_(http: httpx2.Client, newsroom: Newsroom) -> Callable[..., httpx2.Client]:
    """The browser of somebody with this role."""

    def signed_in(role: Role = Role.EDITOR, name: str = "") -> httpx2.Client:
        http.cookies.clear()
        http.cookies.set("periksa-desk", newsroom.hire(name or f"{role}-{newsroom.new_id()}", role), path="/")
        return http

    return signed_in
