"""What every store promises about those who work at the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from periksa.model import Invitation, Role, Session, User
from periksa.store import Store, Transaction

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
MUCH_LATER = NOON + timedelta(days=1)
AYU = User("u-1", "ayu", Role.ADMIN, "$argon2id$v=19$…", NOON, NOON)
BIMA = User("u-2", "bima", Role.EDITOR, "$argon2id$v=19$!", LATER, LATER, disabled_at=MUCH_LATER)
AT_WORK = Session("s-1", "u-1", "mark-1", NOON, NOON, "Mozilla/5.0 (X11; Linux)")
INVITED = Invitation("i-1", "citra", Role.EDITOR, "mark-9", "ayu", NOON, MUCH_LATER)


def users(store: Store) -> list[User]:
    return store.read(lambda tx: tx.staff.all())


def test_users_come_back_as_they_were_by_id_and_name(store: Store, do: Any) -> None:
    assert do(lambda tx: [tx.staff.add(BIMA), tx.staff.add(AYU)]) == [True, True]
    assert users(store) == [AYU, BIMA]
    assert store.read(lambda tx: (tx.staff.get("u-2"), tx.staff.named("ayu"))) == (BIMA, AYU)
    assert store.read(lambda tx: (tx.staff.get("ayu"), tx.staff.named("u-2"))) == (None, None)


def test_a_name_is_taken_once(store: Store, do: Any) -> None:
    do(lambda tx: tx.staff.add(AYU))
    assert not do(lambda tx: tx.staff.add(replace(BIMA, name="ayu")))
    assert not do(lambda tx: tx.staff.add(replace(BIMA, id="u-1")))
    assert users(store) == [AYU]


def test_a_user_changes_in_everything_but_the_name(store: Store, do: Any) -> None:
    do(lambda tx: [tx.staff.add(AYU), tx.staff.add(BIMA)])
    changed = replace(AYU, role=Role.VIEWER, password="$new", changed_at=LATER, disabled_at=LATER)
    do(lambda tx: tx.staff.change(replace(changed, name="other")))
    assert users(store) == [changed, BIMA]
    do(lambda tx: tx.staff.change(replace(changed, id="u-9")))
    assert users(store) == [changed, BIMA]


def test_an_invitation_is_found_by_its_mark_and_withdrawn_once(store: Store, do: Any) -> None:
    do(lambda tx: tx.staff.invite(INVITED))
    assert store.read(lambda tx: tx.staff.invitation("mark-9")) == INVITED
    assert store.read(lambda tx: tx.staff.invitation("i-1")) is None
    assert [do(lambda tx: tx.staff.withdraw("i-1")) for _ in range(2)] == [True, False]
    assert store.read(lambda tx: tx.staff.invitation("mark-9")) is None


def test_a_later_invitation_voids_earlier_ones_for_the_same_name(store: Store, do: Any) -> None:
    do(lambda tx: tx.staff.invite(INVITED))
    again = replace(INVITED, id="i-2", mark="mark-8", at=LATER, user="u-7")
    other = replace(INVITED, id="i-3", mark="mark-7", name="dewi", at=MUCH_LATER)
    do(lambda tx: [tx.staff.invite(again), tx.staff.invite(other)])
    assert store.read(lambda tx: tx.staff.invitations()) == [other, again]
    assert store.read(lambda tx: tx.staff.invitation("mark-9")) is None


def test_sessions_are_found_by_their_mark_and_listed_by_use(store: Store, do: Any) -> None:
    second = replace(AT_WORK, id="s-2", mark="mark-2", seen_at=LATER)
    others = replace(AT_WORK, id="s-3", mark="mark-3", user="u-2", seen_at=MUCH_LATER)
    do(lambda tx: [tx.staff.begin(each) for each in (AT_WORK, second, others)])
    assert store.read(lambda tx: tx.staff.session("mark-1")) == AT_WORK
    assert store.read(lambda tx: tx.staff.session("s-1")) is None
    assert store.read(lambda tx: tx.staff.sessions("u-1")) == [second, AT_WORK]
    assert store.read(lambda tx: tx.staff.sessions()) == [others, second, AT_WORK]
    do(lambda tx: tx.staff.seen("s-1", MUCH_LATER))
    assert store.read(lambda tx: tx.staff.sessions("u-1")) == [replace(AT_WORK, seen_at=MUCH_LATER), second]


def test_sessions_end_and_say_how_many(store: Store, do: Any) -> None:
    do(lambda tx: [tx.staff.begin(replace(AT_WORK, id=f"s-{n}", mark=f"mark-{n}")) for n in range(4)])
    assert do(lambda tx: tx.staff.end(["s-0", "s-2", "s-9", "s-2"])) == 2
    assert [each.id for each in store.read(lambda tx: tx.staff.sessions("u-1"))] == ["s-1", "s-3"]
    assert do(lambda tx: tx.staff.end([])) == 0


def test_tries_are_counted_for_each_key_in_a_span(store: Store, do: Any) -> None:
    assert do(lambda tx: tx.staff.tried(["a", "b"], NOON, NOON)) == {"a": 1, "b": 1}
    assert do(lambda tx: tx.staff.tried(["a"], LATER, NOON)) == {"a": 2}
    assert do(lambda tx: tx.staff.tried(["a", "b", "c"], MUCH_LATER, LATER)) == {"a": 2, "b": 1, "c": 1}
    do(lambda tx: tx.staff.forgive(["a"]))
    assert do(lambda tx: tx.staff.tried(["a", "b"], MUCH_LATER, NOON)) == {"a": 1, "b": 3}
    assert do(lambda tx: tx.staff.tried([], MUCH_LATER, NOON)) == {}


def test_what_is_old_is_swept(store: Store, do: Any) -> None:
    def fill(tx: Transaction) -> None:
        tx.staff.begin(AT_WORK)
        tx.staff.begin(replace(AT_WORK, id="s-2", mark="mark-2", started_at=LATER, seen_at=LATER))
        tx.staff.begin(replace(AT_WORK, id="s-3", mark="mark-3", seen_at=MUCH_LATER))
        tx.staff.tried(["a"], NOON, NOON)
        tx.staff.tried(["a"], LATER, NOON)

    do(fill)
    assert do(lambda tx: tx.staff.sweep(NOON, LATER, LATER)) == 2
    assert [each.id for each in store.read(lambda tx: tx.staff.sessions())] == ["s-3", "s-2"]
    assert do(lambda tx: tx.staff.sweep(LATER, LATER, NOON)) == 1
    assert do(lambda tx: tx.staff.tried(["a"], MUCH_LATER, NOON)) == {"a": 2}


def test_hostile_words_are_kept_harmless(store: Store, do: Any) -> None:
    do(lambda tx: tx.staff.begin(replace(AT_WORK, agent="Moz\0illa \ud800 '; DROP TABLE users; --")))
    [kept] = store.read(lambda tx: tx.staff.sessions())
    assert kept.agent == "Moz\ufffdilla \ufffd '; DROP TABLE users; --"
    assert do(lambda tx: tx.staff.tried(["a\0"], NOON, NOON)) == {"a\0": 1}
    assert store.read(lambda tx: tx.staff.named("ayu\0")) is None


def test_secrets_do_not_show_when_a_noun_is_printed() -> None:
    shown = f"{AYU!r}{AT_WORK!r}{INVITED!r}"
    assert "argon2" not in shown
    assert "mark-" not in shown
