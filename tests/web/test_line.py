"""One line counts once, however many addresses it has."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.requests import Request
from tests.conftest import Clock

from periksa.web import line
from periksa.web.line import Allowance, line_of


def asked_from(*client: str) -> Request:
    return Request({"type": "http", "headers": [], "client": (client[0], 5000) if client else None})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.5", "203.0.113.5", True),
        ("203.0.113.5", "203.0.113.6", False),
        ("203.0.113.5", "::ffff:203.0.113.5", True),
        ("::ffff:203.0.113.5", "::ffff:203.0.113.6", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("testclient", "testclient", True),
    ],
)
def test_the_addresses_of_one_line_are_one(one: str, other: str, same: bool) -> None:
    assert (line_of(asked_from(one)) == line_of(asked_from(other))) is same


def test_a_request_from_nowhere_is_of_one_line() -> None:
    assert line_of(asked_from()) == ""


def test_so_many_at_once_and_then_one_after_the_other(clock: Clock) -> None:
    allowance, rina, siti = Allowance(3, 60), asked_from("203.0.113.5"), asked_from("203.0.113.6")
    assert [allowance.takes(rina, clock()) for _ in range(5)] == [True, True, True, False, False]
    assert allowance.takes(siti, clock())
    clock.pass_(seconds=1)
    assert [allowance.takes(rina, clock()) for _ in range(2)] == [True, False]
    clock.pass_(hours=1)
    assert [allowance.takes(rina, clock()) for _ in range(4)] == [True, True, True, False]
    assert allowance.takes(rina, clock() + timedelta(seconds=1)), "an hour without a request saves up no more"


def test_whoever_has_all_again_is_forgotten_and_nobody_else(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "MOST", 2)
    allowance = Allowance(1, 60)
    assert allowance.takes(asked_from("203.0.113.1"), clock())
    clock.pass_(seconds=1)
    for number in (2, 3, 4):
        assert allowance.takes(asked_from(f"203.0.113.{number}"), clock())
    assert len(allowance._whole_at) == 3
    assert not allowance.takes(asked_from("203.0.113.2"), clock())
