"""Counting: what is added up, and that threads do not lose any."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from periksa import watching
from periksa.errors import Gone, OutcomeUnknown, WindowClosed
from periksa.watching import BOUNDS, Said, Stop, Watch, word_for

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_many_threads_lose_no_count() -> None:
    watch = Watch()

    def count(_: int) -> None:
        for _ in range(500):
            watch.received("whatsapp", "text")
            with watch.at(Stop.FIND):
                pass

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count, range(8)))
    assert watch.counts("received") == {("whatsapp", "text"): 4000}
    ((counts, total),) = watch.spans("stop").values()
    assert sum(counts) == 4000
    assert total > 0


def test_a_stop_is_timed_however_it_ends() -> None:
    watch = Watch()
    with pytest.raises(ZeroDivisionError), watch.at(Stop.SEND):
        _ = 1 / 0
    watch.until(Stop.STORE)(None)
    assert set(watch.spans("stop")) == {("send",), ("store",)}


def test_how_long_a_person_waited_is_known_once() -> None:
    watch = Watch()
    watch.waits("r-1", NOON)
    for _ in range(2):
        watch.arrived("whatsapp", "r-1", NOON + timedelta(seconds=0.7))
    watch.arrived("whatsapp", "of another process", NOON)
    ((counts, total),) = watch.spans("wait").values()
    assert total == pytest.approx(0.7)
    assert counts[BOUNDS.index(1.0)] == sum(counts) == 1


def test_replies_that_never_leave_are_not_remembered_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "MOST", 3)
    watch = Watch()
    for number in range(5):
        watch.waits(f"r-{number}", NOON)
    for number in range(5):
        watch.arrived("web", f"r-{number}", NOON)
    ((counts, _),) = watch.spans("wait").values()
    assert sum(counts) == 3


@pytest.mark.parametrize(
    ("error", "word"),
    [(WindowClosed("x"), "window_closed"), (Gone("x"), "gone"), (OutcomeUnknown("x"), "outcome_unknown")],
)
def test_an_error_is_counted_by_its_class_never_by_its_words(error: Exception, word: str) -> None:
    assert word_for(error) == word
    watch = Watch()
    watch.sent("whatsapp", error)
    watch.sent("whatsapp")
    watch.said("whatsapp", Said.OFFERED)
    assert watch.counts("sends") == {("whatsapp", word): 1, ("whatsapp", "sent"): 1}
