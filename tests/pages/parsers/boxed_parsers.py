"""What the box is tried with: parsers that behave, stumble, hang, swell, crash, pry or lie."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from periksa.errors import SourceError
from periksa.model import Article, ArticleKind, Statement
from periksa.sources import Parsed, Problem

WHEN = datetime(2026, 3, 1, 8, 0, 1, tzinfo=UTC)


def articles(page: bytes, where: str) -> Iterator[Parsed]:
    for number, line in enumerate(page.decode().splitlines(), 1):
        said = Statement(
            f"Ani {number}", "\U0001f600 katanya \ud83d", via=("Xinhua", "Liputan"), date=date(2026, 1, number)
        )
        article = Article(f"id-{number}", ArticleKind.NEWS, line, date=date(2026, 3, 1), statements=(said,))
        yield Parsed(article, (Problem(where, "date", "is yesterday", refused=False),), number)


def plain() -> object:
    return {
        "a": [1, 2.5, None, True],
        ("x", 1): (b"\x00\xff", WHEN, WHEN.date()),
        "s": frozenset({"a"}),
        "": ArticleKind.NEWS,
    }


def process(_: bytes) -> int:
    print("a library that talks")  # noqa: T201
    return os.getpid()


def refuse(_: bytes) -> None:
    raise SourceError("https://kabar.example/a has no title")


def stumble(_: bytes) -> None:
    raise KeyError("headline")


def hang(_: bytes) -> None:
    time.sleep(60)


def spin(_: bytes) -> None:
    while True:
        pass


def swell(_: bytes) -> int:
    return len([bytes(1 << 20) for _ in range(100_000)])


def recurse(_: bytes) -> None:
    recurse(_)


def crash(_: bytes) -> None:
    ctypes.string_at(0)


def leave(_: bytes) -> None:
    os._exit(0)


def chatter(_: bytes) -> bytes:
    return bytes(3 << 20)


def strange(_: bytes) -> object:
    return object()


def pry(what: bytes, folder: str) -> object:
    """What a parser that was taken over would try first."""
    if what == b"connect":
        return socket.create_connection(("127.0.0.1", 9))
    if what == b"look up":
        return socket.getaddrinfo("kabar.example", 80)
    if what == b"run":
        return subprocess.run(["id"], check=False)
    if what == b"fork":
        return os.fork()
    return Path(folder, "written").write_text("halo")


def environment(_: bytes) -> list[str]:
    return sorted(os.environ)


def send(parcel: bytes) -> None:
    """Past the box, straight to the other side, as a parser that was taken over might."""
    for number in range(3, 32):
        try:
            os.write(number, len(parcel).to_bytes(8, "big") + parcel)
        except OSError:
            continue
        time.sleep(60)
    sys.exit("found no way out")
