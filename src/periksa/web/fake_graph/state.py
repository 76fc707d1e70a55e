"""What the fake platform knows: what was sent to it, who wrote when, how fast it is being used."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from periksa.web.fake_graph.faults import CODES, NEVER_TAKEN, REFUSED, Fault, FaultKind, Plan, graph_error
from periksa.web.fake_graph.limits import Json, Violation, check
from periksa.web.fake_graph.templates import Template, check_template
from periksa.web.fake_graph.written import File, Written

LINK_LIVES = timedelta(minutes=5)
"""How long the address of a file is good."""
WINDOW = timedelta(hours=24)
PAIR_BURST, PAIR_SECONDS = 45, 6.0
"""Messages to one person: so many at once, then one every so many seconds."""
THROUGHPUT = 80
"""Messages a second of one number."""


class Statuses(StrEnum):
    """How a message's statuses (sent, delivered, read) come back."""

    IN_ORDER = "in-order"
    TWICE = "twice"
    """Each one two times."""
    REVERSED = "reversed"
    """In the worst order."""
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Settings:
    """How the fake platform is set up."""

    token: str
    """Access token that requests must bear."""
    secret: str
    """App secret that webhooks are signed with."""
    verify_token: str
    """Shown at the handshake."""
    phone_number_id: str
    callback_url: str = ""
    """Where webhooks go; without one, none are sent."""
    statuses: Statuses = Statuses.IN_ORDER
    window: bool = False
    """Whether only templates reach a person who has not written for 24 hours (131047)."""
    pair_rate: bool = False
    """Whether messages to one person are limited (131056)."""
    throughput: bool = False
    """Whether messages of the number are limited (130429)."""
    business_account_id: str = "102290129340398"
    """Whose templates can be listed."""
    templates: tuple[Template, ...] = ()
    """Templates that exist; none: every template that is sent is believed to."""
    latency: float = 0.0
    """Milliseconds before any answer."""
    redelivery: tuple[float, ...] = (0.2, 1.0, 5.0)
    """Seconds to wait before each further attempt at a webhook that was not taken with a 200."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message the platform accepted."""

    id: str
    at: datetime
    payload: Json
    failed: int | None = None
    """Error code of its "failed" status, if it is never to arrive."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What happens to one request: the response, unless `fault` says otherwise, and what was accepted."""

    status: int
    body: Json
    fault: Fault | None = None
    sent: Sent | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A message somebody said to have read."""

    message_id: str
    typing: bool


@dataclass(slots=True)
class Bucket:
    """A rate limit: holds `capacity` tokens, refilled by `per_second`."""

    capacity: float
    per_second: float
    filled_at: datetime
    tokens: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.capacity

    def take(self, now: datetime) -> bool:
        """Whether a token was left."""
        passed = (now - self.filled_at).total_seconds()
        self.tokens = min(self.capacity, self.tokens + passed * self.per_second)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class FakeGraph:
    """The fake platform. Safe to share between the server's thread and a test's.

    `settings` and `callback_url` may be replaced while it runs.
    """

    def __init__(self, settings: Settings, clock: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        """`clock` gives the time of everything, `new_id` the unique part of message ids."""
        self.settings = settings
        self.clock = clock
        self.new_id = new_id
        self.callback_url = settings.callback_url
        self._lock = threading.Lock()
        self._plan = Plan()
        self._sent: list[Sent] = []
        self._wrote: dict[str, datetime] = {}
        self._pairs: dict[str, Bucket] = {}
        self._number = Bucket(THROUGHPUT, THROUGHPUT, clock())
        self._receipts: list[Receipt] = []
        self._files: dict[str, File] = {}
        self._links: dict[str, tuple[str, datetime]] = {}
        self.loads = 0
        """How many files were loaded."""

    def recorded(self) -> list[Sent]:
        """Everything accepted so far, in order."""
        with self._lock:
            return list(self._sent)

    def receipts(self) -> list[Receipt]:
        """Which messages were said to be read, in order."""
        with self._lock:
            return list(self._receipts)

    def forget(self) -> int:
        """Clear the record; how many messages were in it."""
        with self._lock:
            count = len(self._sent)
            self._sent.clear()
            self._receipts.clear()
            return count

    def wrote(self, *people: str) -> None:
        """A person, under any of these addresses, wrote just now: their 24 hours begin."""
        with self._lock:
            self._wrote.update(dict.fromkeys(people, self.clock()))

    def take_in(self, one: Written) -> None:
        """Somebody wrote this: their 24 hours begin, and the file they sent can be fetched."""
        self.wrote(*(address for address in (one.sender, one.user_id) if address))
        if one.file:
            self.keep(one.media_id, one.file)

    def keep(self, media_id: str, file: File) -> None:
        """A file that can be fetched."""
        with self._lock:
            self._files[media_id] = file

    def link(self, media_id: str) -> tuple[str, File] | None:
        """A new key under which the file can be loaded for 5 minutes, and the file; None if there is no such file."""
        with self._lock:
            if media_id not in self._files:
                return None
            key = self.new_id()
            self._links[key] = (media_id, self.clock() + LINK_LIVES)
            return key, self._files[media_id]

    def load(self, key: str) -> File | None:
        """The file behind a link that is still good."""
        with self._lock:
            media_id, until = self._links.get(key, ("", self.clock()))
            if self.clock() >= until:
                return None
            self.loads += 1
            return self._files[media_id]

    def fail(self, fault: Fault) -> None:
        """Plan a fault."""
        with self._lock:
            self._plan.add(fault)

    def recover(self) -> None:
        """Drop every planned fault."""
        with self._lock:
            self._plan.clear()

    def take(self, message: Json) -> Answer:
        """Decide on one request to send (or on a read receipt), and record what is accepted."""
        if message.get("status") == "read":
            return self._take_receipt(message)
        with self._lock:
            fault = self._plan.next()
            if fault and fault.kind in NEVER_TAKEN:
                return Answer(500, {}, fault)
            if fault and fault.kind in REFUSED:
                return _refusal(fault.code or REFUSED[fault.kind], "planned", fault)
            try:
                check(message)
                check_template(message, self.settings.templates)
            except Violation as violation:
                return _refusal(violation.code, violation.details, fault)
            code = self._limit_hit(message)
            return _refusal(code, "", fault) if code else self._accept(message, fault)

    def _take_receipt(self, message: Json) -> Answer:
        meant = message.get("message_id")
        if not isinstance(meant, str) or not meant or message.get("messaging_product") != "whatsapp":
            return _refusal(100, "a read receipt names the message", None)
        with self._lock:
            self._receipts.append(Receipt(meant, "typing_indicator" in message))
        return Answer(200, {"success": True})

    def _limit_hit(self, message: Json) -> int:
        """The error code of the first limit that is hit, 0 if none is."""
        person, now, settings = _recipient(message), self.clock(), self.settings
        wrote = self._wrote.get(person)
        if settings.window and message.get("type") != "template" and (wrote is None or now - wrote >= WINDOW):
            return 131047
        if settings.pair_rate and not self._pair(person, now).take(now):
            return 131056
        if settings.throughput and not self._number.take(now):
            return 130429
        return 0

    def _pair(self, person: str, now: datetime) -> Bucket:
        return self._pairs.setdefault(person, Bucket(PAIR_BURST, 1 / PAIR_SECONDS, now))

    def _accept(self, message: Json, fault: Fault | None) -> Answer:
        failed = (fault.code or 131026) if fault and fault.kind is FaultKind.FAILED else None
        sent = Sent(f"wamid.FAKE{self.new_id()}", self.clock(), message, failed)
        self._sent.append(sent)
        body = {"messaging_product": "whatsapp", "contacts": [_contact(message)], "messages": [{"id": sent.id}]}
        return Answer(200, body, fault, sent)


def _refusal(code: int, details: str, fault: Fault | None) -> Answer:
    status, _ = CODES.get(code, CODES[100])
    return Answer(status, graph_error(code, details), fault)


def _recipient(message: Json) -> str:
    return str(message.get("to") or message.get("recipient")).removeprefix("+")


def _contact(message: Json) -> Mapping[str, str]:
    if message.get("to"):
        return {"input": str(message["to"]), "wa_id": _recipient(message)}
    return {"input": _recipient(message), "user_id": _recipient(message)}
