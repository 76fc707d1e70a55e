"""A tipline that remembers in memory, a real server in front of it, and a real browser in front of that."""

from __future__ import annotations

import asyncio
import hmac
import json
import shutil
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from starlette.applications import Starlette

from periksa.errors import BadDelivery, BadSignature, ChannelError
from periksa.model import Address, Line, Option
from periksa.web.site import build

SECRET = b"rahasia"
Answer = Callable[[str, str], tuple[str, Sequence[Option]] | None]


def signed(raw: bytes) -> dict[str, str]:
    return {"x-hub-signature-256": "sha256=" + hmac.digest(SECRET, raw, "sha256").hex()}


class Tipline:
    """The whole of `Door` in memory. It answers what `answer` says, at once, and more when a test calls `say`."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._lines: defaultdict[Address, list[Line]] = defaultdict(list)
        self._seen: set[str] = set()
        self._sequence = 0
        self.deliveries: list[bytes] = []
        self.looks = 0
        self.answer: Answer = lambda text, choice: None
        self.trouble: Exception | None = None
        """What the store raises until it is None again."""

    def handshake(self, channel: str, params: Mapping[str, str]) -> str:
        self._known(channel)
        if params.get("hub.verify_token") != SECRET.decode():
            raise BadSignature("the verify token is wrong")
        return params["hub.challenge"]

    def receive(self, channel: str, raw: bytes, headers: Mapping[str, str]) -> Future[int]:
        self._known(channel)
        if channel == "whatsapp" and headers.get("x-hub-signature-256") != signed(raw)["x-hub-signature-256"]:
            raise BadSignature("the signature is wrong")
        try:
            message = json.loads(raw)
        except ValueError as error:
            raise BadDelivery(f"not JSON: {raw!r}") from error
        committed: Future[int] = Future()
        if self.trouble:
            committed.set_exception(self.trouble)
        else:
            committed.set_result(self._keep(message, raw))
        return committed

    def _known(self, channel: str) -> None:
        if channel not in {"web", "whatsapp"}:
            raise ChannelError(f"no channel {channel}")

    def _keep(self, message: dict[str, str], raw: bytes) -> int:
        with self._lock:
            self.deliveries.append(raw)
            if message["id"] in self._seen:
                return 0
            self._seen.add(message["id"])
            address = Address("web", message.get("session", ""), "session")
            line = Line(0, message["id"], False, message["text"], (), datetime.fromisoformat(message["at"]))
            self._lines[address].append(line)
        if reply := self.answer(message["text"], message["choice"]):
            self.say(*reply, to=address, refers_to=message["id"])
        return 1

    def say(self, text: str, options: Sequence[Option] = (), *, to: Address | None = None, refers_to: str = "") -> None:
        """Reply to `to`, or to whoever wrote last."""
        with self._lock:
            self._sequence += 1
            number = self._sequence
            line = Line(number, f"reply-{number}", True, text, tuple(options), self._clock(), refers_to)
            self._lines[to or next(reversed(self._lines))].append(line)

    def conversation(self, address: Address, after: int = 0) -> list[Line]:
        if self.trouble:
            raise self.trouble
        with self._lock:
            self.looks += 1
            return [line for line in self._lines.get(address, ()) if not after or line.sequence > after]

    def heard(self) -> list[str]:
        """What people said, in order."""
        with self._lock:
            return [line.text for lines in self._lines.values() for line in lines if not line.ours]


class Stage:
    """One server for all tests, each of which puts its own app on it."""

    app: Starlette

    @property
    def state(self) -> Any:
        return self.app.state

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


class Server(uvicorn.Server):
    """A server that lets go of open streams when it stops, in a thread of its own."""

    def __init__(self, app: Starlette | Stage, port: int = 0) -> None:
        super().__init__(uvicorn.Config(app, "127.0.0.1", port, log_level="critical", lifespan="off"))
        self._app = app
        self._thread = threading.Thread(target=lambda: asyncio.run(self.serve()))
        self._up = threading.Event()
        self.port = port

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.port = self.servers[0].sockets[0].getsockname()[1]
        self._up.set()

    async def shutdown(self, sockets: Any = None) -> None:
        self._app.state.hang_up()
        await super().shutdown(sockets)

    def start(self) -> None:
        self._thread.start()
        assert self._up.wait(10), "the server did not start"

    def stop(self) -> None:
        self.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive(), "the server did not stop"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def tipline(clock: Callable[[], datetime]) -> Tipline:
    return Tipline(clock)


@pytest.fixture
def app(tipline: Tipline, clock: Callable[[], datetime]) -> Starlette:
    return build(tipline, clock, name="Cek Fakta Nusantara")


@pytest.fixture(scope="session")
def stage() -> Iterator[tuple[Stage, Server]]:
    stage = Stage()
    running = Server(stage)
    running.start()
    yield stage, running
    running.stop()


@pytest.fixture
def server(stage: tuple[Stage, Server], app: Starlette) -> Server:
    """A running server with this test's own app."""
    stage[0].app = app
    return stage[1]


# ---------------------------------------------------------------- a real browser

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Open = Callable[..., Page]
OFFER = ("Yang mana maksudnya?", [Option("pilih-1", "Vaksin mengandung cip", "SALAH"), Option("pilih-2", "Lainnya")])
LONG = "Dikirim dari grup sebelah, mohon disebarkan. " * 60


@pytest.fixture(scope="module")  # while it lives, no other test of its thread can run an event loop
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console complained about; every test must leave it as it expects."""
    return []


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 360, "height": 640}, locale="id-ID", timezone_id="Asia/Jakarta")
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def open_page(context: BrowserContext, server: Server, complaints: list[str]) -> Iterator[Open]:
    """Open the chat in a new tab of the same browser; at the end nothing may have gone wrong in it."""

    def open_(url: str = server.url) -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
        page.goto(url)
        return page

    yield open_
    assert complaints == []


def say(page: Page, text: str) -> None:
    page.get_by_label("Ketik pesan").fill(text)
    page.get_by_role("button", name="Kirim").click()
