"""A publisher's web server on the loopback address, as the tests want it: kind, slow, broken or hostile.

    with PublisherServer() as site:
        site.routes["/feed"] = page(feed_bytes, "application/rss+xml", etag='"1"')
        site.routes["/wp-json/wp/v2/posts"] = wordpress(posts)
        site.routes["/slow"] = Answer(body, pieces=10, pause=0.2)
        site.routes["/later"] = in_turn(too_many(seconds=3), page("<p>halo</p>"))
        ...
        assert site.paths == ["/feed", "/feed"]

A route's key is a path, or a path with its query where that matters; the route is an `Answer`, text, bytes, or a
function from what was `Asked` to one of these. What is not routed is 404. The fixture `publisher` brings one.
"""

from __future__ import annotations

import gzip
import json
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Asked:
    """One request; names of headers in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    at: float
    """Seconds on the monotonic clock."""
    target: str
    """Path and query as they were sent, and as the routes name them."""


@dataclass(frozen=True)
class Answer:
    """What the server says. `headers` win over those it would write itself; one that is None is left out."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str | None] = field(default_factory=dict)
    pieces: int = 1
    """The body is sent in so many pieces …"""
    pause: float = 0
    """… with so many seconds before each."""
    endless: bool = False
    """The body is sent again and again until the other side has had enough."""
    raw: bool = False
    """The body is the whole answer, status line and headers included; nothing is added."""

    def chunks(self) -> Iterator[bytes]:
        size = max(1, -(-len(self.body) // self.pieces))
        while True:
            yield from (self.body[start : start + size] for start in range(0, len(self.body), size))
            if not self.endless:
                return


Said = Answer | bytes | str
Route = Said | Callable[[Asked], Said]


class PublisherServer:
    """Serves `routes`, which may change while it runs, and remembers what it was `asked`, in order.

    With `tls`, over https.
    """

    def __init__(self, routes: Mapping[str, Route] | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.routes: dict[str, Route] = dict(routes or {})
        self.asked: list[Asked] = []
        self._stopping = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.site = self
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port: int = self._server.server_address[1]

    @property
    def url(self) -> str:
        """Without a slash at its end."""
        return f"{self._scheme}://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, without queries."""
        return [asked.path for asked in self.asked]

    def answer(self, asked: Asked) -> Answer:
        """What its route says to a request."""
        self.asked.append(asked)
        route = self.routes.get(asked.target, self.routes.get(asked.path, Answer(b"not here", 404)))
        said = route(asked) if callable(route) else route
        if isinstance(said, Answer):
            return said
        return Answer(said.encode() if isinstance(said, str) else said, headers={"Content-Type": HTML})

    def wait(self, seconds: float) -> None:
        """A pause that ends early when the server is to stop."""
        self._stopping.wait(seconds)

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # joined by server_close: no thread outlives its test
    request_queue_size = 64
    site: PublisherServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who was asked too much hangs up; that is what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    server: _Server

    def handle_one_request(self) -> None:
        self.close_connection = True
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            return
        self.close_connection = True
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, parts.path, dict(parse_qsl(parts.query)), headers, time.monotonic(), self.path)
        with suppress(OSError):  # the other side has hung up
            self._say(self.server.site.answer(asked))

    def _say(self, answer: Answer) -> None:
        if not answer.raw:
            self._say_head(answer)
        for chunk in answer.chunks():
            if answer.pause:
                self.server.site.wait(answer.pause)
            if self.server.site.stopping:
                return
            self.wfile.write(chunk)

    def _say_head(self, answer: Answer) -> None:
        given = {name.lower() for name in answer.headers}
        self.send_response_only(answer.status)
        if "content-length" not in given and not answer.endless and answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            if value is not None:
                self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()


def page(
    body: bytes | str, kind: str = HTML, etag: str = "", changed: datetime | None = None, headers: Any = None
) -> Callable[[Asked], Answer]:
    """A page of some Content-Type that answers 304 to whoever has it already, by its ETag or the time of its change."""
    content = body.encode() if isinstance(body, str) else body
    told: dict[str, str | None] = {"Content-Type": kind, **(headers or {})}
    if etag:
        told["ETag"] = etag
    if changed:
        told["Last-Modified"] = format_datetime(changed, usegmt=True)

    def say(asked: Asked) -> Answer:
        return Answer(b"", 304, told) if _has_it(asked, etag, changed) else Answer(content, 200, told)

    return say


def _has_it(asked: Asked, etag: str, changed: datetime | None) -> bool:
    """As RFC 9110 wants it: where an ETag is asked about, the time does not count."""
    if "if-none-match" in asked.headers:
        return bool(etag) and asked.headers["if-none-match"] == etag
    since = asked.headers.get("if-modified-since")
    return bool(changed and since) and parsedate_to_datetime(str(since)) >= changed.replace(microsecond=0)


def wordpress(posts: Sequence[Mapping[str, Any]], page_size: int = 10) -> Callable[[Asked], Answer]:
    """`/wp-json/wp/v2/posts`: pages by `page` and `per_page`, `modified_after`, newest first; 400 past the end."""

    def say(asked: Asked) -> Answer:
        after = asked.query.get("modified_after", "")
        found = sorted(posts, key=lambda post: str(post.get("modified_gmt", "")), reverse=True)
        found = [post for post in found if str(post.get("modified_gmt", "")) > after] if after else found
        size = min(int(asked.query.get("per_page", page_size)), 100)
        pages, number = -(-len(found) // size), int(asked.query.get("page", 1))
        told = {
            "Content-Type": "application/json; charset=UTF-8",
            "X-WP-Total": str(len(found)),
            "X-WP-TotalPages": str(pages),
        }
        if number > max(pages, 1):
            refused = {"code": "rest_post_invalid_page_number", "message": "…", "data": {"status": 400}}
            return Answer(json.dumps(refused).encode(), 400, told)
        return Answer(json.dumps(found[(number - 1) * size : number * size]).encode(), 200, told)

    return say


def redirect(to: str, status: int = 302) -> Answer:
    """Somewhere else."""
    return Answer(b"", status, {"Location": to})


def too_many(seconds: int | None = 60, status: int = 429) -> Answer:
    """Too many requests (or, with 503, not now); None: without saying for how long."""
    return Answer(b"slow down", status, {} if seconds is None else {"Retry-After": str(seconds)})


def in_turn(*routes: Route) -> Callable[[Asked], Said]:
    """One after the other; the last for good."""
    rest = list(routes)

    def say(asked: Asked) -> Said:
        route = rest.pop(0) if len(rest) > 1 else rest[0]
        return route(asked) if callable(route) else route

    return say


def zipped(answer: Answer, how: str = "gzip") -> Answer:
    """The same, compressed by gzip, deflate (with zlib's frame, as it should be) or raw-deflate (as some do)."""
    packed = {"gzip": gzip.compress, "deflate": zlib.compress, "raw-deflate": lambda body: zlib.compress(body)[2:-4]}
    headers = {**answer.headers, "Content-Encoding": how.removeprefix("raw-")}
    return replace(answer, body=packed[how](answer.body), headers=headers)


def bomb(megabytes: int) -> Answer:
    """A thousandth of so many megabytes on the wire, all of them when it is unpacked."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()
    return Answer(packed, 200, {"Content-Type": HTML, "Content-Encoding": "gzip"})
