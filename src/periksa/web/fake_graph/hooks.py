"""Webhooks as the platform sends them: built, signed, delivered again until they are taken."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import httpx2

from periksa.web.fake_graph.faults import CODES
from periksa.web.fake_graph.limits import Json
from periksa.web.fake_graph.state import FakeGraph, Sent, Settings, Statuses
from periksa.web.fake_graph.written import Written, given

__all__ = ["Courier", "Written", "messages", "sign", "statuses"]

AT_ONCE = 50
"""Webhooks under way at the same time."""


def sign(secret: str, raw: bytes) -> str:
    """The value of X-Hub-Signature-256."""
    return "sha256=" + hmac.new(secret.encode(), raw, "sha256").hexdigest()


def messages(settings: Settings, written: Sequence[Written], at: datetime) -> bytes:
    """One webhook with all of these messages."""
    people = {one.user_id or one.sender: _contact(one) for one in written}
    value = {"contacts": list(people.values()), "messages": [one.message(at) for one in written]}
    return _envelope(settings, value)


def statuses(settings: Settings, sent: Sent) -> list[bytes]:
    """The webhooks that tell what became of a message, one status each."""
    if settings.statuses is Statuses.WITHHELD:
        return []
    words = ["sent", "delivered", "read"] if sent.failed is None else ["failed"]
    if settings.statuses is Statuses.REVERSED:
        words.reverse()
    times = 2 if settings.statuses is Statuses.TWICE else 1
    return [_envelope(settings, {"statuses": [_status(sent, word)]}) for word in words for _ in range(times)]


def _envelope(settings: Settings, value: Json) -> bytes:
    metadata = {"display_phone_number": "6281100000000", "phone_number_id": settings.phone_number_id}
    change = {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
    entry = {"id": "102290129340398", "changes": [change]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def _contact(one: Written) -> Json:
    return {"profile": {"name": one.name or "Warga"}, **given(wa_id=one.sender, user_id=one.user_id)}


def _status(sent: Sent, word: str) -> Json:
    errors = [{"code": sent.failed, "title": CODES.get(sent.failed, CODES[100])[1]}] if sent.failed else []
    number = sent.payload.get("to")
    return {
        "id": sent.id,
        "status": word,
        "timestamp": str(int(sent.at.timestamp())),
        **given(
            recipient_id=number,
            recipient_user_id=None if number else sent.payload.get("recipient"),
            biz_opaque_callback_data=sent.payload.get("biz_opaque_callback_data"),
            errors=errors,
        ),
    }


class Courier:
    """Carries webhooks to the callback address, at least once: what is not taken with a 200 is delivered again."""

    def __init__(self, fake: FakeGraph) -> None:
        self._fake = fake
        self._tasks: set[asyncio.Task[None]] = set()
        self._client = httpx2.AsyncClient(timeout=10.0)
        self._doors = asyncio.Semaphore(AT_ONCE)
        self.counts = {"delivered": 0, "refused": 0, "given_up": 0}

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Webhooks are carried while this is open; what is still under way at its end is lost."""
        async with self._client:
            yield
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def post(self, webhooks: Sequence[bytes]) -> None:
        """Deliver these one after the other, beside everything else."""
        if self._fake.callback_url and webhooks:
            task = asyncio.create_task(self._carry(webhooks))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    @property
    def waiting(self) -> int:
        """How many messages have webhooks still under way."""
        return len(self._tasks)

    async def ask(self, url: str, params: Mapping[str, str]) -> str:
        """The answer to a handshake; empty if it was not a 200. Raises: httpx2.HTTPError."""
        response = await self._client.get(url, params=dict(params))
        return response.text if response.status_code == 200 else ""

    async def _carry(self, webhooks: Sequence[bytes]) -> None:
        for raw in webhooks:
            self.counts["delivered" if await self._deliver(raw) else "given_up"] += 1

    async def _deliver(self, raw: bytes) -> bool:
        for pause in (0.0, *self._fake.settings.redelivery):
            await asyncio.sleep(pause)
            async with self._doors:
                if await self._taken(raw):
                    return True
            self.counts["refused"] += 1
        return False

    async def _taken(self, raw: bytes) -> bool:
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": sign(self._fake.settings.secret, raw)}
        try:
            response = await self._client.post(self._fake.callback_url, content=raw, headers=headers)
        except (httpx2.HTTPError, OSError, AttributeError):  # a server killed at the wrong instant shows as the last
            return False
        return response.status_code == 200
