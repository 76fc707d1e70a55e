"""Lines for people and lines for machines: neither quotes an error that nobody foresaw."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator

import pytest

from periksa.cli.logbook import log_to_stderr
from periksa.config import LogSettings

OURS, THEIRS = logging.getLogger("periksa.uji"), logging.getLogger("peladen.lain")


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., list[str]]]:
    """Set it up, say something, and read the lines that came of it."""
    root, ours = logging.getLogger(), logging.getLogger("periksa")
    before = root.handlers[:], root.level, ours.level

    def logged(say: Callable[[], object], **settings: str) -> list[str]:
        log_to_stderr(LogSettings(**settings))
        say()
        return capsys.readouterr().err.splitlines()

    yield logged
    root.handlers[:], root.level = before[:2]
    ours.setLevel(before[2])


WORDS = "halo, saya Rina, 6281355501001"


def stumble() -> None:
    try:
        raise ValueError(WORDS)
    except ValueError:
        THEIRS.exception("Exception in ASGI application")


def test_a_line_is_one_object_with_our_own_facts(logged) -> None:
    extra = {"job_kind": "send", "jobs": [7, 9], "ms": 12.5, "sender": "6281355501001"}
    (line,) = logged(lambda: OURS.warning("%s rests for %d s", "whatsapp", 4, extra=extra), format="json")
    told = json.loads(line)
    assert told.pop("at").endswith("+00:00")
    assert told == {
        "event": "whatsapp rests for 4 s",
        "level": "warning",
        "logger": "periksa.uji",
        "job_kind": "send",
        "jobs": [7, 9],
        "ms": 12.5,
    }


def test_an_unforeseen_error_is_a_kind_and_a_place_in_one_line(logged) -> None:
    (line,) = logged(stumble, format="json")
    told = json.loads(line)
    assert told["event"] == "Exception in ASGI application"
    assert "in stumble" in told["error"]
    assert told["error"].endswith("ValueError")
    assert "Rina" not in line


def test_lines_to_read_quote_no_error_either(logged) -> None:
    lines = logged(stumble, format="text")
    assert "ERROR peladen.lain: Exception in ASGI application" in lines[0]
    assert lines[-1] == "ValueError"
    assert "Rina" not in "\n".join(lines)


@pytest.mark.parametrize(("level", "said"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_the_level_is_ours_and_others_are_heard_when_they_warn(logged, level: str, said: int) -> None:
    def say() -> None:
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
            OURS.log(level, "satu")

    assert len(logged(say, level=level)) == said
    assert len(logged(lambda: (THEIRS.info("x"), THEIRS.warning("y")), level=level)) == 1
