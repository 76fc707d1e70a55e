"""Everybody outside, in one event loop: people who write, and the platform that carries their words and ours.

Lean on purpose, because it shares the machine with what it measures: bytes over kept connections, no HTTP library. The
platform accepts every reply after `latency` and then reports *sent*, *delivered* and *read*, one delivery each.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from periksa.web.fake_graph import Settings
from periksa.web.fake_graph.hooks import sign, statuses
from periksa.web.fake_graph.state import Sent

GRAPH = Settings(token="bench-token", secret="bench-secret", verify_token="bench-word", phone_number_id="1")
COURIERS = 16
"""Statuses of so many replies are delivered at the same time."""
END = b"\r\n\r\n"


def request(host: str, path: str, raw: bytes) -> bytes:
    """A signed delivery as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"X-Hub-Signature-256: {sign(GRAPH.secret, raw)}\r\nContent-Length: {len(raw)}\r\n\r\n"
    )
    return head.encode() + raw


def split(buffer: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Head, body and rest of the first message of HTTP/1.1 in the buffer; None while it is not complete."""
    head, found, rest = buffer.partition(END)
    if not found:
        return None
    lines = head.lower().split(b"\r\n")
    size = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
    return (head, rest[:size], rest[size:]) if len(rest) >= size else None


class Wire(asyncio.Protocol):
    """A connection that carries one request at a time."""

    def __init__(self) -> None:
        self.lost = False
        """Whether the server closed it, as it does with one that rests."""
        self._buffer = b""
        self._answer: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    async def ask(self, sent: bytes) -> int:
        """The status of the answer."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(sent)
        return await self._answer

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        whole = split(self._buffer)
        if whole and self._answer:
            head, _, self._buffer = whole
            self._answer.set_result(int(head.split(b" ", 2)[1]))

    def connection_lost(self, _error: Exception | None) -> None:
        self.lost = True
        if self._answer and not self._answer.done():
            self._answer.set_result(0)

    def close(self) -> None:
        self._transport.close()


@dataclass(frozen=True, slots=True)
class Batch:
    """One delivery: its bytes and the ids of its messages."""

    raw: bytes
    ids: Sequence[str]


@dataclass(slots=True)
class Seen:
    """What came of it. Times are in seconds, of this process's clock."""

    begun: dict[str, float] = field(default_factory=dict)
    """When the delivery with this message left, or should have."""
    taken: list[float] = field(default_factory=list)
    """How long each 200 took."""
    refused: int = 0
    lasted: float = 0.0
    """Until the last delivery of messages was taken."""
    replied: dict[str, float] = field(default_factory=dict)
    doubled: int = 0
    receipts: int = 0


class World:
    """People, who write to the port `door`, and the platform at the port `graph`: `latency` in seconds."""

    def __init__(self, door: int, graph: int, latency: float = 0.0) -> None:
        self.seen = Seen()
        self._door = door
        self._graph = graph
        self._latency = latency
        self._number = 0
        self._untold = 0

    # ------------------------------------------------------------ people

    async def write(self, work: Sequence[Batch], *, rate: float = 0.0, connections: int = 32, ahead: int = 0) -> None:
        """Every batch once: `rate` deliveries a second whatever the answers do, or as fast as they are answered.

        `ahead`: at most so many messages wait for their reply at any time.
        """
        waiting, began = enumerate(work), time.time()

        async def one() -> None:
            wire = await self._connect()
            for number, batch in waiting:
                due = began + number / rate if rate else 0.0
                while ahead and len(self.seen.begun) - len(self.seen.replied) >= ahead:
                    await self.news()
                await asyncio.sleep(max(0.0, due - time.time()))
                left = due or time.time()
                self.seen.begun.update(dict.fromkeys(batch.ids, left))
                wire = await self._connect() if wire.lost else wire
                await self._deliver(wire, batch.raw, left)
            wire.close()

        await asyncio.gather(*(one() for _ in range(connections)))
        self.seen.lasted = time.time() - began

    async def _connect(self) -> Wire:
        _, wire = await asyncio.get_running_loop().create_connection(Wire, "127.0.0.1", self._door)
        return wire

    async def _deliver(self, wire: Wire, raw: bytes, left: float) -> None:
        status = await wire.ask(request("127.0.0.1", "/hooks/whatsapp", raw))
        self.seen.taken.append(time.time() - left)
        self.seen.refused += status != 200

    async def news(self, patience: float = 1.0) -> bool:
        """Wait for another reply; whether one came."""
        self._news.clear()
        try:
            await asyncio.wait_for(self._news.wait(), patience)
        except TimeoutError:
            return False
        return True

    # ------------------------------------------------------------ the platform

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Meanwhile replies are taken and statuses carried."""
        self._news = asyncio.Event()
        self._waiting: asyncio.Queue[Sent] = asyncio.Queue()
        couriers = [asyncio.ensure_future(self._carry()) for _ in range(COURIERS)]
        loop = asyncio.get_running_loop()
        async with await loop.create_server(lambda: _Taking(self._take), "127.0.0.1", self._graph):
            yield
        for courier in couriers:
            courier.cancel()

    @property
    def done(self) -> bool:
        """Whether everybody has a reply, and its statuses were delivered."""
        return len(self.seen.replied) == len(self.seen.begun) and not self._untold

    def _take(self, body: bytes, accept: Callable[[bytes], None]) -> None:
        message = json.loads(body)
        loop = asyncio.get_running_loop()
        if message.get("status") == "read":
            self.seen.receipts += 1
            loop.call_later(self._latency, accept, b'{"success": true}')
            return
        self._number += 1
        sent = Sent(f"wamid.bench{self._number}", datetime.now(UTC), message)
        loop.call_later(self._latency, self._accept, sent, accept)

    def _accept(self, sent: Sent, accept: Callable[[bytes], None]) -> None:
        told = sent.payload["context"]
        assert isinstance(told, dict)
        meant = str(told["message_id"])
        if meant in self.seen.replied:
            self.seen.doubled += 1
        else:
            self.seen.replied[meant] = time.time()
        self._news.set()
        accept(json.dumps({"messaging_product": "whatsapp", "messages": [{"id": sent.id}]}).encode())
        self._untold += 1
        self._waiting.put_nowait(sent)

    async def _carry(self) -> None:
        wire = None
        while True:
            sent = await self._waiting.get()
            if wire is None or wire.lost:
                wire = await self._connect()
            for raw in statuses(GRAPH, sent):
                await self._deliver(wire, raw, time.time())
            self._untold -= 1
            self._news.set()


class _Taking(asyncio.Protocol):
    """One connection on which replies come."""

    def __init__(self, take: Callable[[bytes, Callable[[bytes], None]], None]) -> None:
        self._take = take
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while whole := split(self._buffer):
            _, body, self._buffer = whole
            self._take(body, self._accept)

    def _accept(self, body: bytes) -> None:
        if not self._transport.is_closing():
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            self._transport.write(head.encode() + body)
