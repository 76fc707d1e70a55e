"""The last stop against a platform that fails in every way it can, over HTTP: each reply out once, in order."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from periksa.answers.decide import Policy
from periksa.channels import SEE
from periksa.channels.web import Web
from periksa.channels.whatsapp import WhatsApp
from periksa.errors import OutcomeUnknown
from periksa.finding import Finder
from periksa.index.memory import MemoryIndex
from periksa.model import Address, Cadence, Job, JobKind, JobState, Outgoing, Purpose, Reply, StatusKind
from periksa.readers.text import TextReader
from periksa.sending import Knock, Sending
from periksa.store import Transaction
from periksa.store.memory import MemoryStore
from periksa.tipline import Tipline
from periksa.web import site
from periksa.web.fake_graph import READY, FakeGraph, Fault, FaultKind, Settings, Statuses, build, running
from periksa.worker import Pace, Worker, back_off

pytestmark = pytest.mark.network

GRAPH = Settings("token-uji", "rahasia", "kata sandi", "200300400500600", redelivery=(0.01, 0.01))
RINA, BUDI = "6281355501001", "6281355501002"
LEASE, SETTLE, TRIES = timedelta(seconds=30), timedelta(seconds=60), 4
TIMEOUT = 0.4
"""Seconds the channel waits for an answer."""


class Platform:
    """The fake platform and our door for its statuses, both real servers, shared by all tests of this file."""

    fake: FakeGraph
    url: str
    door: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.door(scope, receive, send)

    def texts(self) -> list[str]:
        """What arrived, in order."""
        return [one.payload["text"]["body"] for one in self.fake.recorded()]  # type: ignore[index]

    def settled(self) -> None:
        """Wait until every status has been delivered."""
        for _ in range(500):
            if not httpx2.get(f"{self.url}/recorded").json()["webhooks"]["waiting"]:
                return
            time.sleep(0.01)
        pytest.fail("statuses are still under way after 5 seconds")


class Between:
    """Stands before the real channel; a test says what happens around a send."""

    def __init__(self, channel: Any, send: Callable[[Outgoing, Sequence[Address]], str]) -> None:
        self._channel, self.send = channel, send

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)


class Desk:
    """Replies in the outbox and the worker that sends them."""

    def __init__(self, platform: Platform, whatsapp: WhatsApp, clock: Any) -> None:
        self.platform, self.fake, self.clock = platform, platform.fake, clock
        self.store = MemoryStore()
        self.paused: list[float] = []
        """Seconds that each send waited for everybody's pace."""
        self.channels: dict[str, Any] = {"whatsapp": whatsapp, "web": Web()}
        self._ids = itertools.count(1)
        finder = Finder(TextReader(), MemoryIndex(), Policy())
        tipline = Tipline(self.store, self.channels, finder, clock, lambda: f"id-{next(self._ids)}")
        platform.door = site.build(tipline, clock)
        self.worker = self.another_worker()

    def another_worker(self, hands: int = 0, knock: str = "") -> Worker:
        """As another process would have it, from now on."""
        knocks = {"whatsapp": Knock(knock, ("id", "en"))} if knock else {}
        sending = Sending(self.store, self.channels, self.clock, back_off, SETTLE, TRIES, knocks, self.paused.append)
        return Worker(JobKind.SEND, sending.send, self.store, self.clock, Pace(LEASE, TRIES, 50), hands)

    def do(self, work: Callable[[Transaction], Any]) -> Any:
        return self.store.write(work).result(20)

    def queue(self, *texts: str, to: str = RINA, channel: str = "whatsapp", purpose: Purpose = Purpose.ANSWER) -> None:
        def queue(tx: Transaction) -> None:
            contact = tx.contacts.resolve([Address(channel, to)], f"c-{to}", self.clock())
            for text in texts:
                tx.outbox.add(Outgoing(text, contact, channel, Reply(text), created_at=self.clock(), purpose=purpose))
                tx.jobs.add([Job(JobKind.SEND, text, contact)], self.clock())

        self.do(queue)

    def work(self, **later: float) -> int:
        """Let time pass, then send what is due."""
        self.clock.pass_(**later)
        return self.worker.once()

    def outgoing(self, id: str) -> Outgoing:
        return self.store.read(lambda tx: tx.outbox.get(id))  # type: ignore[return-value]

    def jobs(self, state: JobState) -> dict[str, Job]:
        return {job.key: job for job in self.store.read(lambda tx: tx.jobs.list(state))}

    def waits(self, id: str) -> float:
        """Seconds from now until this reply is due."""
        job: Any = self.jobs(JobState.READY)[id]
        return float((job.not_before - self.clock()).total_seconds())

    def wrote(self, person: str = RINA) -> None:
        """Somebody writes to us now: over HTTP, through the tipline's door."""
        httpx2.post(f"{self.platform.url}/deliver", json={"messages": [{"from": person, "text": "halo"}]})
        self.platform.settled()

    def last_wrote(self, **ago: float) -> None:
        self.do(lambda tx: tx.contacts.touch(f"c-{RINA}", "whatsapp", self.clock() - timedelta(**ago)))

    def nothing_left(self) -> bool:
        return not self.store.read(lambda tx: tx.jobs.counts())


@pytest.fixture(scope="module")
def servers() -> Iterator[Platform]:
    platform = Platform()
    numbers = itertools.count(1)
    platform.fake = FakeGraph(GRAPH, lambda: datetime(2026, 3, 1, 8, tzinfo=UTC), lambda: str(next(numbers)))
    with running(platform) as door, running(build(platform.fake)) as platform.url:
        platform.fake.callback_url = f"{door}/hooks/whatsapp"
        yield platform


@pytest.fixture(scope="module")
def whatsapp(servers: Platform) -> Iterator[WhatsApp]:
    secrets, word = [GRAPH.secret], GRAPH.verify_token
    one = WhatsApp(secrets, word, GRAPH.token, GRAPH.phone_number_id, servers.url, timeout=TIMEOUT)
    yield one
    one.close()


@pytest.fixture
def desk(servers: Platform, whatsapp: WhatsApp, clock: Any) -> Iterator[Desk]:
    servers.fake.settings, servers.fake.clock = GRAPH, clock
    servers.fake.recover()
    servers.fake.forget()
    yield Desk(servers, whatsapp, clock)
    servers.settled()


# ---------------------------------------------------------------- sent


def test_a_reply_goes_out_once_and_its_statuses_come_back(desk: Desk) -> None:
    """ambiguity: "our id travels in `biz_opaque_callback_data`"."""
    desk.queue("satu")
    assert desk.work() == 1
    desk.platform.settled()
    sent = desk.outgoing("satu")
    assert [(one.id, one.payload["to"]) for one in desk.fake.recorded()] == [(sent.platform_id, RINA)]
    assert (sent.status, sent.attempts, sent.attempted_at) == (StatusKind.READ, 1, None)
    assert desk.nothing_left()


def test_statuses_may_overtake_the_answer_to_the_send(desk: Desk, whatsapp: WhatsApp) -> None:
    """statuses: "repeated and out of order"."""

    def slow(outgoing: Outgoing, to: Sequence[Address]) -> str:
        wamid = whatsapp.send(outgoing, to)
        desk.platform.settled()
        return wamid

    desk.channels["whatsapp"] = Between(whatsapp, slow)
    desk.fake.settings = replace(GRAPH, statuses=Statuses.REVERSED)
    desk.queue("satu", "dua")
    desk.work()
    assert desk.platform.texts() == ["satu", "dua"]
    assert [desk.outgoing(id).status for id in ("satu", "dua")] == [StatusKind.READ] * 2
    assert desk.nothing_left()


# ---------------------------------------------------------------- refused


FOR_GOOD = [Fault(FaultKind(kind)) for kind in ("gone", "template")]
FOR_GOOD += [Fault(FaultKind.GONE, code=131049), Fault(FaultKind.GONE, code=131050)]
FOR_NOW = [Fault(FaultKind(kind)) for kind in ("transient", "http_500", "throttled", "account")]
FOR_NOW += [Fault(FaultKind.ACCOUNT, code=190)]
FOR_NOW += [Fault(FaultKind.TRANSIENT, code=131016), Fault(FaultKind.THROTTLED, code=131056)]


@pytest.mark.parametrize("fault", FOR_GOOD, ids=lambda fault: f"{fault.kind}-{fault.code}")
def test_a_refusal_for_good_is_kept_for_the_operator_and_holds_up_nobody(desk: Desk, fault: Fault) -> None:
    desk.fake.fail(fault)
    desk.queue("satu", "dua")
    desk.work()
    assert desk.platform.texts() == ["dua"]
    dead = desk.jobs(JobState.DEAD)
    assert list(dead) == ["satu"]
    assert dead["satu"].error.startswith("sending to WhatsApp failed: ")
    assert desk.outgoing("satu").attempted_at is None, "there is no doubt about it"
    desk.do(lambda tx: tx.jobs.revive([dead["satu"].id], desk.clock()))
    desk.work()
    assert desk.platform.texts() == ["dua", "satu"]


@pytest.mark.parametrize("fault", FOR_NOW, ids=lambda fault: f"{fault.kind}-{fault.code}")
def test_what_failed_before_it_was_accepted_is_sent_again_after_a_while(desk: Desk, fault: Fault) -> None:
    desk.fake.fail(replace(fault, times=2))
    desk.queue("satu")
    desk.work()
    assert desk.waits("satu") == 1
    assert desk.work(seconds=0.9) == 0
    desk.work(seconds=0.1)
    assert desk.waits("satu") == 2
    desk.work(seconds=2)
    assert desk.platform.texts() == ["satu"]
    assert desk.outgoing("satu").attempts == 1, "refusals are no attempts"
    assert desk.nothing_left()


def test_a_platform_that_says_how_long_to_wait_is_obeyed(desk: Desk) -> None:
    desk.fake.fail(Fault(FaultKind.THROTTLED, retry_after=47))
    desk.queue("satu")
    desk.work()
    assert desk.waits("satu") == 47
    desk.fake.fail(Fault(FaultKind.THROTTLED, retry_after=10**15))
    desk.work(seconds=47)
    assert desk.waits("satu") == 24 * 3600


def test_our_own_haste_never_costs_a_reply(desk: Desk) -> None:
    """pair rate: "our own pace, never the user's fault: back off, never ban"."""
    desk.fake.fail(Fault(FaultKind.THROTTLED, code=131056, times=TRIES + 3))
    desk.queue("satu")
    for _ in range(TRIES + 4):
        assert desk.work(minutes=10) == 1
    assert desk.platform.texts() == ["satu"]


def test_a_reply_that_is_never_accepted_is_given_up_in_the_end(desk: Desk) -> None:
    desk.fake.fail(Fault(FaultKind.TRANSIENT, times=TRIES))
    desk.queue("satu", "dua")
    for _ in range(TRIES):
        assert desk.platform.texts() == []
        desk.work(minutes=10)
    assert list(desk.jobs(JobState.DEAD)) == ["satu"]
    assert desk.platform.texts() == ["dua"]


def test_a_channel_that_is_not_set_up_is_told_to_the_operator(desk: Desk) -> None:
    desk.queue("satu", channel="telegram")
    desk.work()
    assert "'telegram' is not set up" in desk.jobs(JobState.DEAD)["satu"].error


# ---------------------------------------------------------------- in doubt


@pytest.mark.parametrize("kind", [FaultKind.TIMEOUT_AFTER, FaultKind.GARBAGE])
def test_a_send_whose_outcome_was_not_heard_is_settled_by_its_status(desk: Desk, kind: FaultKind) -> None:
    """ambiguity: "never resend blindly; … the status that comes back settles it"."""
    desk.fake.fail(Fault(kind))
    desk.queue("satu", "dua")
    desk.work()
    desk.platform.settled()
    for _ in range(4):
        desk.work(minutes=2)
    desk.platform.settled()
    assert desk.platform.texts() == ["satu", "dua"]
    assert [desk.outgoing(id).status for id in ("satu", "dua")] == [StatusKind.READ] * 2
    assert desk.nothing_left()


def test_a_status_that_came_during_the_timeout_lets_the_next_go_at_once(desk: Desk) -> None:
    desk.fake.fail(Fault(FaultKind.TIMEOUT_AFTER))
    desk.queue("satu", "dua")
    desk.work()
    assert desk.platform.texts() == ["satu", "dua"]
    assert desk.nothing_left()


def test_a_status_lets_the_lane_go_on_at_once(desk: Desk, whatsapp: WhatsApp) -> None:
    """ambiguity: "the status that comes back settles it", and nobody waits any longer for it."""

    def deaf(outgoing: Outgoing, to: Sequence[Address]) -> str:
        if outgoing.id == "satu":
            raise OutcomeUnknown("no answer")
        return whatsapp.send(outgoing, to)

    desk.channels["whatsapp"] = Between(whatsapp, deaf)
    desk.queue("satu", "dua")
    desk.work()
    assert desk.waits("satu") == SETTLE.total_seconds()
    assert desk.work(seconds=5) == 0
    status = {"id": "wamid.X", "status": "sent", "timestamp": "1772352000", "biz_opaque_callback_data": "satu"}
    change = {"field": "messages", "value": {"statuses": [status]}}
    raw = {"object": "whatsapp_business_account", "entry": [{"changes": [change]}]}
    httpx2.post(f"{desk.platform.url}/deliver", json={"raw": raw}).raise_for_status()
    desk.platform.settled()
    desk.work()
    assert desk.platform.texts() == ["dua"]
    assert desk.nothing_left()


@pytest.mark.parametrize("kind", [FaultKind.TIMEOUT_BEFORE, FaultKind.DROP_CONNECTION])
def test_what_nobody_confirms_is_repeated_once_when_the_time_for_it_is_over(desk: Desk, kind: FaultKind) -> None:
    desk.fake.fail(Fault(kind))
    desk.queue("satu", "dua")
    desk.work()
    assert desk.platform.texts() == []
    assert desk.outgoing("satu").attempted_at == desk.clock()
    assert desk.work(seconds=59) == 0, "those behind it wait too"
    assert desk.work(seconds=1) == 2
    assert desk.platform.texts() == ["satu", "dua"]
    assert (desk.outgoing("satu").attempts, desk.outgoing("dua").attempts) == (2, 1)


def test_what_nobody_confirms_twice_is_given_up(desk: Desk) -> None:
    desk.fake.settings = replace(GRAPH, statuses=Statuses.WITHHELD)
    desk.fake.fail(Fault(FaultKind.TIMEOUT_AFTER, times=2))
    desk.queue("satu", "dua")
    for _ in range(3):
        desk.work(seconds=60)
    assert desk.platform.texts() == ["satu", "satu", "dua"]
    dead = desk.jobs(JobState.DEAD)["satu"]
    assert "sent twice" in dead.error
    desk.do(lambda tx: tx.jobs.revive([dead.id], desk.clock()))
    desk.work(days=1)
    assert desk.platform.texts() == ["satu", "satu", "dua"], "not even when it is revived"


def test_a_fault_of_our_own_in_the_channel_leaves_a_doubt(desk: Desk, whatsapp: WhatsApp) -> None:
    def faulty(outgoing: Outgoing, to: Sequence[Address]) -> str:
        wamid = whatsapp.send(outgoing, to)
        return {"tiga": wamid}[outgoing.id]

    desk.channels["whatsapp"] = Between(whatsapp, faulty)
    desk.queue("satu")
    desk.queue("tiga", to=BUDI)
    desk.work()
    desk.platform.settled()
    desk.work(seconds=60)
    assert desk.platform.texts() == ["satu", "tiga"]
    assert desk.nothing_left()


def begun(desk: Desk) -> None:
    """A worker claimed what is due, wrote down that it begins, and died."""
    jobs = desk.do(lambda tx: tx.jobs.claim([JobKind.SEND], 50, desk.clock(), LEASE))
    for job in jobs:
        desk.do(lambda tx, key=job.key: tx.outbox.begin(key, desk.clock()))


def test_a_send_that_a_dead_worker_began_waits_for_its_status(desk: Desk) -> None:
    desk.queue("satu")
    begun(desk)
    assert desk.work(seconds=30) == 1
    assert desk.waits("satu") == 30
    desk.work(seconds=30)
    assert desk.platform.texts() == ["satu"]


def test_time_in_which_we_were_down_settles_nothing(desk: Desk) -> None:
    """A status could not reach us meanwhile; the platform delivers it again once we are up."""
    desk.queue("satu")
    begun(desk)
    desk.clock.pass_(hours=3)
    desk.worker = desk.another_worker()
    desk.work()
    assert desk.platform.texts() == []
    assert desk.waits("satu") == SETTLE.total_seconds()


def test_a_page_reads_its_own_outbox_so_nothing_is_ever_in_doubt(desk: Desk) -> None:
    desk.queue("satu", channel="web", to="sesi-rina")
    begun(desk)
    desk.work(seconds=30)
    assert desk.outgoing("satu").platform_id == "web-satu"


def test_a_worker_whose_lease_is_over_leaves_it_to_the_next(desk: Desk) -> None:
    desk.queue("satu")
    late = desk.do(lambda tx: tx.jobs.claim([JobKind.SEND], 50, desk.clock(), LEASE))
    desk.clock.pass_(seconds=31)
    Sending(desk.store, desk.channels, desk.clock, back_off, SETTLE, TRIES).send(late)
    assert desk.platform.texts() == []
    assert desk.work() == 1
    assert desk.platform.texts() == ["satu"]


def test_a_lane_keeps_its_order_and_others_go_on(desk: Desk) -> None:
    desk.fake.fail(Fault(FaultKind.THROTTLED, code=131056, retry_after=20))
    desk.queue("satu", "dua")
    desk.queue("tiga", to=BUDI)
    desk.work()
    assert desk.platform.texts() == ["tiga"]
    desk.queue("empat")
    assert desk.work(seconds=19) == 0
    desk.work(seconds=1)
    assert desk.platform.texts() == ["tiga", "satu", "dua", "empat"]


def test_a_reply_that_gets_no_answer_holds_up_nobody_else(desk: Desk, whatsapp: WhatsApp) -> None:
    answered = threading.Event()

    def one_waits(outgoing: Outgoing, to: Sequence[Address]) -> str:
        assert outgoing.id != "lambat" or answered.wait(10)
        return whatsapp.send(outgoing, to)

    desk.channels["whatsapp"] = Between(whatsapp, one_waits)
    texts = ["lambat", *(f"cepat-{number}" for number in range(30))]
    for number, text in enumerate(texts):
        desk.queue(text, to=f"62813555020{number:02}")
    worker = desk.another_worker(hands=2)
    worker.start()
    deadline = time.monotonic() + 9
    while desk.jobs(JobState.READY) or len(desk.jobs(JobState.LEASED)) > 1:
        assert time.monotonic() < deadline
        time.sleep(0.002)
    assert sorted(desk.platform.texts()) == sorted(texts[1:])
    answered.set()
    worker.stop()
    assert desk.nothing_left()


# ---------------------------------------------------------------- windows


def templates(desk: Desk) -> list[Any]:
    return [one.payload["template"] for one in desk.fake.recorded() if one.payload["type"] == "template"]


def payload(desk: Desk, at: int = -1) -> Any:
    return desk.fake.recorded()[at].payload


def ready(desk: Desk) -> None:
    """The platform has our template, and insists on it outside of windows."""
    desk.fake.settings = replace(GRAPH, window=True, templates=READY)
    desk.worker = desk.another_worker(knock="periksa_jawaban")


def test_a_late_answer_is_announced_by_a_template_and_comes_when_it_is_tapped(desk: Desk) -> None:
    """24 h window: "a short template with a button; the tap opens the window, then the full answer goes"."""
    ready(desk)
    desk.queue("satu")
    desk.last_wrote(hours=30)
    desk.work()
    assert desk.fake.recorded() == []
    assert desk.outgoing("satu").held_at == desk.clock()
    desk.work()
    assert templates(desk) == [
        {
            "name": "periksa_jawaban",
            "language": {"code": "id"},
            "components": [
                {
                    "type": "button",
                    "sub_type": "quick_reply",
                    "index": "0",
                    "parameters": [{"type": "payload", "payload": SEE}],
                }
            ],
        }
    ]
    desk.platform.settled()
    assert desk.nothing_left(), "nobody waits in a queue for a person who may never write"
    tap = {"from": RINA, "text": "Lihat", "payload": SEE, "refers_to": desk.fake.recorded()[0].id}
    httpx2.post(f"{desk.platform.url}/deliver", json={"messages": [tap]}).raise_for_status()
    desk.platform.settled()
    desk.work()
    assert payload(desk)["text"] == {"preview_url": False, "body": "satu"}


def test_several_late_answers_knock_once_and_all_come(desk: Desk) -> None:
    ready(desk)
    desk.queue("satu", "dua")
    desk.last_wrote(hours=30)
    desk.work()
    desk.work()
    assert len(templates(desk)) == 1
    desk.wrote()
    desk.work()
    assert [one.payload["text"]["body"] for one in desk.fake.recorded()[1:]] == ["satu", "dua"]


def test_without_a_template_a_late_answer_waits_for_the_person(desk: Desk) -> None:
    desk.fake.settings = replace(GRAPH, window=True)
    desk.queue("satu")
    desk.last_wrote(days=2)
    desk.work()
    desk.work(days=3)
    assert desk.fake.recorded() == []
    assert desk.store.read(lambda tx: tx.outbox.held()) == {"whatsapp": 1}
    desk.wrote()
    desk.work()
    assert desk.platform.texts() == ["satu"]


@pytest.mark.parametrize("kind", [FaultKind.WINDOW, FaultKind.FAILED])
@pytest.mark.parametrize("code", [131047, 470])
def test_a_window_that_the_platform_calls_closed_is_closed(desk: Desk, kind: FaultKind, code: int) -> None:
    """errors: "window → template: 131047, 470"; statuses: "failed"."""
    desk.worker = desk.another_worker(knock="periksa_jawaban")
    desk.fake.fail(Fault(kind, code=code))
    desk.queue("satu")
    desk.work()
    desk.platform.settled()
    for _ in range(3):
        desk.work()
        desk.platform.settled()
    assert len(templates(desk)) == 1
    desk.fake.forget()
    desk.wrote()
    desk.work()
    assert desk.platform.texts() == ["satu"]


@pytest.mark.parametrize("purpose", [Purpose.INTERIM, Purpose.DIGEST, Purpose.BROADCAST])
def test_what_nobody_asked_for_is_not_kept_for_later(desk: Desk, purpose: Purpose) -> None:
    ready(desk)
    desk.queue("masih diperiksa", purpose=purpose)
    desk.last_wrote(hours=30)
    desk.work()
    assert desk.fake.recorded() == []
    assert desk.nothing_left()


def test_an_interim_word_goes_while_the_window_is_open(desk: Desk) -> None:
    ready(desk)
    desk.queue("masih diperiksa", purpose=Purpose.INTERIM)
    desk.fake.wrote(RINA)
    desk.last_wrote(hours=22)
    desk.work()
    assert desk.platform.texts() == ["masih diperiksa"]


# ---------------------------------------------------------------- reported as failed


def failed(desk: Desk, code: int) -> None:
    desk.fake.fail(Fault(FaultKind.FAILED, code=code))
    desk.queue("satu")
    desk.work()
    desk.platform.settled()


@pytest.mark.parametrize("code", [131000, 131016, 130429, 131056])
def test_what_was_not_delivered_for_now_is_sent_again_once(desk: Desk, code: int) -> None:
    failed(desk, code)
    desk.work()
    desk.work(seconds=1)
    assert desk.platform.texts() == ["satu", "satu"]
    desk.platform.settled()
    assert desk.outgoing("satu").status is StatusKind.FAILED
    assert desk.outgoing("satu~2").status is StatusKind.READ
    assert desk.nothing_left()


def test_what_fails_twice_is_given_up(desk: Desk) -> None:
    desk.fake.fail(Fault(FaultKind.FAILED, code=131000, times=2))
    desk.queue("satu")
    for _ in range(5):
        desk.work(minutes=1)
        desk.platform.settled()
    assert desk.platform.texts() == ["satu", "satu"]
    assert list(desk.jobs(JobState.DEAD)) == ["satu~2"]


@pytest.mark.parametrize("code", [131026, 131049, 131050, 132001, 100])
def test_what_will_never_be_delivered_is_told_to_the_operator(desk: Desk, code: int) -> None:
    """errors: "gone → stop: 131026, 131049, 131050 … template problems 132xxx → tell the desk"."""
    failed(desk, code)
    desk.work(hours=1)
    dead = desk.jobs(JobState.DEAD)["satu"]
    assert dead.error.startswith("WhatsApp did not deliver the reply: ")
    assert f"code {code})" in dead.error
    assert desk.platform.texts() == ["satu"]


@pytest.mark.parametrize(
    ("code", "opted_out", "reached"), [(131050, True, False), (131049, False, True), (131026, False, False)]
)
def test_who_wants_no_broadcasts_or_is_gone_gets_none(desk: Desk, code: int, opted_out: bool, reached: bool) -> None:
    """errors: "gone → stop: 131026, 131049, 131050 (marketing opt-out)"."""
    contact = f"c-{RINA}"
    desk.fake.fail(Fault(FaultKind.GONE, code=code))
    desk.queue("satu")
    desk.do(lambda tx: tx.subscriptions.subscribe(contact, "whatsapp", "", Cadence.DAILY, desk.clock(), "word"))
    desk.work()
    person = desk.store.read(lambda tx: tx.contacts.get(contact))
    assert person
    assert bool(person.opted_out_at) is opted_out
    assert bool(desk.store.read(lambda tx: list(tx.subscriptions.subscribers()))) is reached


# ---------------------------------------------------------------- pace


def test_our_own_pace_keeps_below_the_platforms(desk: Desk) -> None:
    """pair rate: "one message per 6 s per user, burst 45 → 131056"; nothing is ever refused."""
    desk.fake.settings = replace(GRAPH, pair_rate=True)
    texts = [f"{number:02}" for number in range(50)]
    desk.queue(*texts)
    desk.work()
    assert desk.platform.texts() == texts[:45]
    assert desk.waits("45") == 6
    for _ in range(5):
        desk.work(seconds=6)
    assert desk.platform.texts() == texts
    assert desk.nothing_left()


def test_everybody_together_is_paced_by_pauses(desk: Desk) -> None:
    """throughput: "80 messages/s per number"."""
    for number in range(30):
        desk.queue(f"{number}", to=f"62813555020{number:02}")
    desk.work()
    assert desk.paused[:20] == [0.0] * 20
    assert desk.paused[20] > 0
    assert sum(desk.paused) == pytest.approx(sum(range(1, 11)) / 80, rel=0.01), "on a clock that stands still"


def test_a_channel_in_trouble_rests_and_no_reply_is_lost(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """errors: "account 131031, 131042, 368, 190 → page the operator"."""
    desk.fake.fail(Fault(FaultKind.ACCOUNT, code=131042, times=TRIES + 3))
    for number in range(5):
        desk.queue(f"{number}", to=f"62813555020{number:02}")
    desk.work()
    assert caplog.text.count("whatsapp rests for 1 s") == 1
    assert "payment problem" in caplog.text
    assert {job.attempts for job in desk.jobs(JobState.READY).values()} == {0, 1}, "the others were not even tried"
    for _ in range(TRIES + 10):
        desk.work(minutes=10)
    assert sorted(desk.platform.texts()) == list("01234")


def test_only_so_many_people_a_day_are_knocked_at(desk: Desk, servers: Platform) -> None:
    """tiers: "limits for business-initiated conversations only"; nobody's next answer waits for that."""
    few = WhatsApp([GRAPH.secret], GRAPH.verify_token, GRAPH.token, GRAPH.phone_number_id, servers.url, conversations=2)
    desk.channels["whatsapp"] = few
    ready(desk)
    for number in range(3):
        desk.queue(f"{number}", to=f"6281355502{number:03}")
        contact = f"c-6281355502{number:03}"
        desk.do(lambda tx, contact=contact: tx.contacts.touch(contact, "whatsapp", desk.clock() - timedelta(days=2)))
    desk.work()
    desk.work()
    assert len(templates(desk)) == 2
    desk.wrote("6281355502002")
    desk.work()
    assert payload(desk)["text"]["body"] == "2"
    few.close()
