"""The box, with parsers that behave, stumble, hang, swell, crash, pry or lie. Real processes."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from periksa.errors import ParserStopped, SourceError
from periksa.pages.box import Box, Room
from periksa.pages.parcel import Damaged, opened, packed

sys.path.append(str(Path(__file__).parent / "parsers"))
import boxed_parsers as parsers

PAGE = "https://kabar.example/cek"
SMALL = Room(memory=512 << 20, seconds=2, result=1 << 20, pages=5)


@pytest.fixture
def box() -> Iterator[Box]:
    with Box(SMALL) as box:
        yield box


def test_articles_come_out_as_they_are(box: Box):
    page = "Hoaks: air laut\nKabar \u201cburung\u201d".encode()
    got = box.run(parsers.articles, page, PAGE, where=PAGE)
    assert got == list(parsers.articles(page, PAGE))


def test_plain_values_come_out_as_they_are(box: Box):
    got: Any = box.run(parsers.plain, where=PAGE)
    assert got == parsers.plain()
    assert repr(got) == repr(parsers.plain())


def test_one_process_reads_many_pages_and_is_then_replaced(box: Box):
    seen = [box.run(parsers.process, b"", where=PAGE) for _ in range(12)]
    assert [seen.count(one) for one in dict.fromkeys(seen)] == [5, 5, 2]
    assert os.getpid() not in seen


def test_a_parsers_own_sentence_is_handed_on(box: Box):
    with pytest.raises(SourceError, match=r"^https://kabar\.example/a has no title$"):
        box.run(parsers.refuse, b"", where=PAGE)
    with pytest.raises(SourceError, match=r"^https://kabar\.example/cek was not read: .* \(KeyError: 'headline'\)$"):
        box.run(parsers.stumble, b"", where=PAGE)
    with pytest.raises(SourceError, match="RecursionError"):
        box.run(parsers.recurse, b"", where=PAGE)
    with pytest.raises(SourceError, match="cannot leave the box"):
        box.run(parsers.strange, b"", where=PAGE)


@pytest.mark.parametrize(
    ("parser", "why"),
    [
        (parsers.hang, "more than 2 seconds"),
        (parsers.spin, "more than 2 seconds"),
        (parsers.swell, "more than 512 MB of memory"),
        (parsers.crash, "crashed"),
        (parsers.leave, "crashed"),
        (parsers.chatter, "gave more than 1,048,576 bytes"),
    ],
)
def test_what_brings_it_down_costs_one_page(box: Box, parser: Any, why: str):
    box.run(parsers.process, b"", where=PAGE)
    began = time.monotonic()
    with pytest.raises(ParserStopped, match=rf"^https://kabar\.example/cek was not read: .*{why}"):
        box.run(parser, b"", where=PAGE)
    assert time.monotonic() - began < 8
    assert box.run(parsers.process, b"", where=PAGE) > 0


def test_a_process_that_died_while_nobody_looked_is_replaced(box: Box):
    first = box.run(parsers.process, b"", where=PAGE)
    os.kill(first, 9)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert box.run(parsers.process, b"", where=PAGE) != first


@pytest.mark.parametrize("what", [b"connect", b"look up", b"run", b"fork", b"write"])
def test_there_is_nothing_to_reach_from_inside(box: Box, what: bytes, tmp_path: Path):
    with pytest.raises(SourceError, match=r"not for parsers|File too large"):
        box.run(parsers.pry, what, str(tmp_path), where=PAGE)
    assert [path.stat().st_size for path in tmp_path.iterdir()] in ([], [0])


def test_no_secret_comes_along(box: Box, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PERIKSA_STORE_KEYS", "rahasia")
    monkeypatch.setenv("HTTPS_PROXY", "http://ani:rahasia@10.0.0.1")
    inside = box.run(parsers.environment, b"", where=PAGE)
    assert set(inside) <= {
        "PATH",
        "LD_LIBRARY_PATH",
        "PYTHONPATH",
        "PYTHONHASHSEED",
        "PYTHONDONTWRITEBYTECODE",
        "LC_CTYPE",
    }


@pytest.mark.parametrize("parcel", [b"", b"halo", b"[]", b'["result"]', b'"x"', b"\x80\x04N.", b"[" * 100_000])
def test_a_lie_is_seen_through(box: Box, parcel: bytes):
    with pytest.raises(ParserStopped, match="nothing that can be understood"):
        box.run(parsers.send, parcel, where=PAGE)
    assert box.run(parsers.process, b"", where=PAGE) > 0


@pytest.mark.parametrize(
    "value",
    [
        ["data", "subprocess", "Popen", ["args", ["list", "id"]]],
        ["data", "os", "system"],
        ["data", "periksa.pages.box", "subprocess.Popen"],
        ["data", "periksa.pages.box", "Box"],
        ["data", "periksa.pages.box", "Any"],
        ["data", "periksa.pages.box", "read_all"],
        ["data", "periksa.not_loaded", "Article"],
        ["data", "periksa.model", "Article", ["words", "x"]],
        ["data", "periksa.model"],
        ["enum", "periksa.model", "Article", "x"],
        ["enum", "periksa.model", "ArticleKind", "rumour"],
        ["eval", "1"],
        ["date", "yesterday"],
        ["dict", ["list"]],
        [],
        {"a": 1},
    ],
)
def test_only_our_own_nouns_are_made_again(value: object):
    with pytest.raises(Damaged):
        opened(json.dumps(value).encode())


def test_a_parcel_is_small_and_plain():
    assert packed(["tuple", ("a", 1)]) == b'["list", "tuple", ["tuple", "a", 1]]'
    assert opened(packed([["data", "os"], {"list": []}])) == [["data", "os"], {"list": []}]


def test_threads_share_a_box_one_by_one(box: Box):
    seen: list[object] = []

    def read(number: int) -> None:
        seen.append(box.run(parsers.articles, str(number).encode(), PAGE, where=PAGE)[0].article.title)  # type: ignore[union-attr]

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == [str(number) for number in range(8)]


def test_it_ends_when_it_is_closed():
    box = Box(SMALL)
    inside = box.run(parsers.process, b"", where=PAGE)
    box.close()
    box.close()
    with pytest.raises(ProcessLookupError):
        os.kill(inside, 0)
