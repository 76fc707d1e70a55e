"""The corridors between real rooms: what comes in at the door, what waits in the outbox afterwards."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from periksa.answers.decide import Policy
from periksa.broadcast import Broadcast
from periksa.channels.web import Web
from periksa.channels.whatsapp import WhatsApp
from periksa.finding import Finder
from periksa.index import Index
from periksa.index.embedded import EmbeddedIndex
from periksa.index.memory import MemoryIndex
from periksa.lang import language
from periksa.model import (
    REVIEW_KEY,
    Address,
    Article,
    ArticleKind,
    Case,
    CaseState,
    Job,
    JobKind,
    MessageKind,
    Outgoing,
)
from periksa.readers.text import TextReader
from periksa.review import Review
from periksa.store import Store, Transaction
from periksa.store.memory import MemoryStore
from periksa.store.sealing import Sealing
from periksa.store.sql import SqlStore, migrate
from periksa.tipline import Manners, Tipline
from periksa.web.fake_graph import Settings
from periksa.web.fake_graph.hooks import Written, messages, sign
from periksa.worker import Pace, Workers

SEALING = Sealing([b"k" * 32])
GRAPH = Settings("token-uji", "rahasia", "kata sandi", "200300400500600")
RINA, BUDI, SITI = "6281355501001", "6281355501002", "6281355501003"
"""Rina and Budi have written before; Siti is new."""
SAY, SAY_EN = language("id").say, language("en").say
ASKED = f"\n\n{SAY['helped_ask']}"


def check(id: str, title: str, claim: str, **more: Any) -> Article:
    """A fact-check."""
    given = {"url": f"https://cek.example/{id}", "date": date(2026, 1, 17), "rating": "SALAH"} | more
    return Article(id, ArticleKind.FACT_CHECK, title, "Cek Nusantara", claim=claim, **given)


LIBRARY = [
    check("garam", "Air garam penangkal virus", "Berkumur air garam hangat membunuh virus di tenggorokan."),
    check("vaksin-cip", "Vaksin berisi cip pelacak", "Vaksin flu berisi cip pelacak yang tersambung ke satelit."),
    check("vaksin-polio", "Vaksin polio dan kemandulan", "Vaksin polio membuat anak laki-laki mandul."),
    check("gempa", "Ramalan gempa Selat Bali", "Gempa besar akan terjadi di Selat Bali malam ini."),
    check("banjir", "Foto banjir Semarang", "Foto banjir Semarang memperlihatkan kereta terendam."),
]
ANSWERED = {"garam": "air garam hangat membunuh virus", "gempa": "gempa besar di selat bali malam ini"}
OFFERED = "vaksin"
UNCHECKED = "kopi luwak bersertifikat"


def written(text: str, number: int | str = 1, sender: str = RINA, choice: str = "") -> Written:
    return Written(sender, text, f"wamid.{sender[-2:]}-{number}", choice=choice)


def a_delivery(*written: Written) -> bytes:
    return messages(GRAPH, written, datetime(2026, 3, 1, 8, tzinfo=UTC))


def raw(field: str, one: Mapping[str, Any], contacts: bool = True, sender: str = RINA) -> bytes:
    """A delivery with one element of any kind."""
    people = [{"wa_id": sender, "profile": {"name": "Rina"}}] if contacts else []
    value = {"messaging_product": "whatsapp", "contacts": people, field: [{"timestamp": "1772352000", **one}]}
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


class House:
    """The corridors between real rooms, up to the outbox."""

    def __init__(
        self,
        store: Store,
        index: Index,
        clock: Any,
        new_id: Callable[[], str],
        whatsapp: WhatsApp,
        manners: Manners | None = None,
    ) -> None:
        self.store, self.index, self.clock = store, index, clock
        self.finder = finder = Finder(TextReader(), index, Policy(answer=0.7, offer=0.03))
        self.woken: list[JobKind] = []
        self.dropped: list[str] = []
        self._numbers = itertools.count(1)
        self.channels = channels = {"whatsapp": whatsapp, "web": Web()}
        manners = manners or Manners(name="Cek Nusantara")
        self.tipline = Tipline(
            store, channels, finder, clock, new_id, self.woken.append, manners, drop_files=self.dropped.extend
        )
        self.review = Review(store, channels, finder, clock, drop_files=self.dropped.extend)
        self.broadcast = Broadcast(store, channels, clock)
        pace = Pace(timedelta(seconds=30), 3, 50)
        shifts = {
            JobKind.ANSWER: self.tipline.answer,
            JobKind.REVIEW: self.review.review,
            JobKind.FOLLOW_UP: self.review.follow_up,
            JobKind.CORRECT: self.review.correct,
            JobKind.INTERIM: self.review.interim,
            JobKind.FORGET: self.review.forget,
            JobKind.BROADCAST: self.broadcast.broadcast,
            JobKind.DIGEST: self.broadcast.digest,
        }
        self.workers = Workers(shifts, store, clock, pace)

    # ------------------------------------------------------------ people

    def deliver(self, raw: bytes) -> int:
        """How many messages of it were new."""
        headers = {"x-hub-signature-256": sign(GRAPH.secret, raw)}
        return self.tipline.receive("whatsapp", raw, headers).result(20)

    def hear(self, *written: Written) -> int:
        """The same, worked off."""
        new = self.deliver(a_delivery(*written))
        self.workers.drain()
        return new

    def say(self, text: str, phone: str = RINA) -> str:
        """One message, waited for until we have nothing more to say; our newest words, "" where there are none."""
        before = self.replies(phone)
        self.hear(written(text, f"s{next(self._numbers)}", phone))
        self.wait()
        return self._news(before, phone)

    def tap(self, option: str, phone: str = RINA, title: str = "…") -> str:
        """A tap on something we said last."""
        before = self.replies(phone)
        self.hear(written(title, f"t{next(self._numbers)}", phone, choice=option))
        return self._news(before, phone)

    def _news(self, before: list[Outgoing], phone: str) -> str:
        """What was said since; an erasure takes the older replies away."""
        known = {reply.id for reply in before}
        return "\n---\n".join(reply.reply.text for reply in self.replies(phone) if reply.id not in known)

    def send_kind(self, kind: str, part: Mapping[str, Any] | None = None, phone: str = RINA, **more: Any) -> None:
        """A message of any kind, not worked off."""
        one = {"from": phone, "id": f"wamid.k{next(self._numbers)}", "type": kind, kind: part or {}, **more}
        self.deliver(raw("messages", one, sender=phone))

    def wait(self, **span: float) -> None:
        """Time passes, and what is due is done."""
        self.clock.pass_(**(span or {"seconds": 4}))
        self.workers.drain()

    # ------------------------------------------------------------ what is kept

    def do(self, work: Callable[[Transaction], Any]) -> Any:
        return self.store.write(work).result(20)

    def look(self, work: Callable[[Transaction], Any]) -> Any:
        return self.store.read(work)

    def contact(self, phone: str = RINA) -> str:
        return self.look(lambda tx: tx.contacts.find(Address("whatsapp", phone))) or ""

    def replies(self, phone: str = RINA) -> list[Outgoing]:
        contact = self.contact(phone)
        return self.look(lambda tx: tx.outbox.of(contact))

    def said(self, phone: str = RINA) -> list[str]:
        return [outgoing.reply.text for outgoing in self.replies(phone)]

    def kept(self, phone: str = RINA) -> list[MessageKind]:
        contact = self.contact(phone)
        return [one.kind for one in self.look(lambda tx: tx.messages.of(contact))]

    def cases(self, state: CaseState = CaseState.OPEN) -> list[Case]:
        return self.look(lambda tx: tx.cases.list(state))

    # ------------------------------------------------------------ what others do

    def accept(self) -> None:
        """The platform takes everything that waits to be sent, under the id `OUT-` and ours."""

        def sent(tx: Transaction) -> None:
            jobs = tx.jobs.claim([JobKind.SEND], 999, self.clock(), timedelta(seconds=30))
            for job in jobs:
                tx.outbox.sent(job.key, f"OUT-{job.key}")
            tx.jobs.finish(job.id for job in jobs)

        self.do(sent)

    def publish(self, *articles: Article) -> None:
        """New fact-checks, findable; what waits for them is looked at again."""
        self.do(lambda tx: tx.articles.put(articles, self.clock()))
        self.index.put(articles)
        self.do(lambda tx: tx.jobs.add([Job(JobKind.REVIEW, REVIEW_KEY)], self.clock()))
        self.workers.drain()

    def change(self, article: Article) -> None:
        """Its publisher changed it; as an import does it."""
        self.do(lambda tx: tx.articles.put([article], self.clock()))
        self.index.put([article])
        self.do(lambda tx: tx.jobs.add([Job(JobKind.CORRECT, article.id)], self.clock()))
        self.workers.drain()

    def know(self, phone: str) -> None:
        """They have spoken with us before."""
        at = self.clock()
        self.do(
            lambda tx: tx.contacts.update(
                tx.contacts.resolve([Address("whatsapp", phone)], f"p-{phone[-2:]}", at), welcomed_at=at
            )
        )


@pytest.fixture
def whatsapp() -> Iterator[WhatsApp]:
    one = WhatsApp([GRAPH.secret], GRAPH.verify_token, GRAPH.token, GRAPH.phone_number_id, "http://127.0.0.1:9")
    yield one
    one.close()


@pytest.fixture
def manners() -> Manners:
    return Manners(name="Cek Nusantara")


@pytest.fixture(params=["memory", "sqlite"])
def house(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    clock: Any,
    new_id: Callable[[], str],
    whatsapp: WhatsApp,
    manners: Manners,
) -> Iterator[House]:
    store: Store
    index: Index
    if request.param == "memory":
        store, index = MemoryStore(), MemoryIndex()
    else:
        address = f"sqlite:///{tmp_path}/periksa.db"
        migrate(address, SEALING)
        store, index = SqlStore(address, SEALING), EmbeddedIndex(tmp_path / "index", lambda _: None)
    index.put(LIBRARY)
    store.write(lambda tx: tx.articles.put(LIBRARY, clock())).result()
    made = House(store, index, clock, new_id, whatsapp, manners)
    for phone in (RINA, BUDI):
        made.know(phone)
    yield made
    index.close()
    store.close()
