"""What every store promises about passkeys and challenges."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from periksa.model import Passkey
from periksa.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PHONE = Passkey("kred-1", "u-ayu", "ponsel", "pQECAyYg", 0, NOON)
LATER = NOON + timedelta(minutes=5)


def test_a_passkey_is_kept_once_until_it_is_removed(store: Store, do: Any) -> None:
    laptop = replace(PHONE, id="kred-0", name="laptop", created_at=LATER)
    assert do(lambda tx: [tx.passkeys.add(each) for each in (PHONE, laptop, PHONE)]) == [True, True, False]
    do(lambda tx: tx.passkeys.add(replace(PHONE, id="kred-2", user="u-budi")))
    assert store.read(lambda tx: tx.passkeys.of("u-ayu")) == [PHONE, laptop]
    assert store.read(lambda tx: tx.passkeys.get("kred-0")) == laptop
    assert do(lambda tx: [tx.passkeys.drop("kred-0"), tx.passkeys.drop("kred-0")]) == [True, False]
    assert do(lambda tx: tx.passkeys.drop_of("u-ayu")) == 1
    assert store.read(lambda tx: tx.passkeys.get("kred-1")) is None
    assert store.read(lambda tx: tx.passkeys.of("u-budi"))


def test_its_use_is_noted(store: Store, do: Any) -> None:
    do(lambda tx: tx.passkeys.add(PHONE))
    assert do(lambda tx: tx.passkeys.used("kred-1", 7, LATER))
    assert not do(lambda tx: tx.passkeys.used("kred-9", 1, LATER))
    assert store.read(lambda tx: tx.passkeys.get("kred-1")) == replace(PHONE, count=7, used_at=LATER)


def test_a_challenge_is_answered_once_in_its_time(do: Any) -> None:
    for mark in ("a", "b", "c"):
        do(lambda tx, mark=mark: tx.passkeys.challenge(mark, "u-ayu" if mark == "a" else "", LATER, NOON))
    assert do(lambda tx: [tx.passkeys.answer("a", NOON), tx.passkeys.answer("a", NOON)]) == ["u-ayu", None]
    assert do(lambda tx: tx.passkeys.answer("x", NOON)) is None
    assert do(lambda tx: tx.passkeys.answer("b", NOON)) == ""
    assert do(lambda tx: tx.passkeys.answer("c", LATER)) is None


def test_challenges_that_lapsed_go_when_others_are_put(do: Any) -> None:
    do(lambda tx: tx.passkeys.challenge("a", "u-ayu", LATER, NOON))
    do(lambda tx: tx.passkeys.challenge("b", "u-ayu", LATER + timedelta(minutes=9), LATER))
    assert do(lambda tx: tx.passkeys.answer("a", NOON)) is None
    assert do(lambda tx: tx.passkeys.answer("b", NOON)) == "u-ayu"
