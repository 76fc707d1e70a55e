"""Who works at the desk: coming in, staying in, and being shown out."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Clock

from periksa.errors import SignInRefused, StaffError
from periksa.model import Present, Role, User
from periksa.model.staff import IDLE, INVITED, LONGEST
from periksa.staffing import SEEN, Staffing, tries
from periksa.staffing.passwords import AT_ONCE, MOST, Passwords
from periksa.store import Store
from periksa.store.memory import MemoryStore
from periksa.store.sql import SqlStore, migrate

from .conftest import SEALING

PASSWORD = "kuda-baterai-staples-benar"
OTHER = "sepeda-langit-kuning-7"
HOME, AWAY = "203.0.113.5", "198.51.100.9"
QUICK = Passwords(64, 1, nobodys=Passwords(64, 1).seal("nobody"))


class Desk:
    """The corridor on a store, and short ways to use it."""

    def __init__(self, store: Store, clock: Clock, new_id: Callable[[], str]) -> None:
        numbers = itertools.count(1)
        self.store, self.clock = store, clock
        self.staffing = Staffing(store, clock, new_id, lambda: f"token-{next(numbers)}", QUICK)

    def hire(self, name: str = "ayu", role: Role = Role.ADMIN) -> Present:
        return self.staffing.accept(self.staffing.invite(name, role, "operator").token, PASSWORD).present

    def enter(self, name: str = "ayu", password: str = PASSWORD, address: str = HOME, agent: str = "") -> str:
        return self.staffing.sign_in(name, password, address, agent).token

    def word(self, act: Callable[[], Any]) -> str:
        """Which sentence it is refused with."""
        with pytest.raises(StaffError) as refused:
            act()
        return refused.value.word

    def fail(self, times: int, name: str = "ayu", address: str = HOME) -> list[str]:
        return [self.word(lambda: self.enter(name, "salah-salah-salah", address)) for _ in range(times)]

    def user(self, name: str = "ayu") -> User:
        found = self.staffing.named(name)
        assert found
        return found

    def audit(self) -> list[tuple[str, str, str, str]]:
        entries = self.store.read(lambda tx: tx.audit.list(1000))
        return [(each.who, each.what, each.about, each.detail) for each in reversed(entries)]


@pytest.fixture(params=["memory", "sqlite"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock, new_id: Callable[[], str]) -> Any:
    if request.param == "memory":
        yield Desk(MemoryStore(), clock, new_id)
        return
    address = f"sqlite:///{tmp_path}/periksa.db"
    migrate(address, SEALING)
    store = SqlStore(address, SEALING)
    yield Desk(store, clock, new_id)
    store.close()


# ---------------------------------------------------------------- coming in


def test_an_invitation_makes_a_user_who_is_signed_in_at_once(desk: Desk) -> None:
    link = desk.staffing.invite(" Ayu ", Role.ADMIN, "operator")
    entry = desk.staffing.accept(link.token, PASSWORD, "Firefox")
    assert (entry.present.user.name, entry.present.user.role) == ("ayu", Role.ADMIN)
    assert desk.staffing.who(entry.token) == entry.present
    assert desk.audit() == [
        ("operator", "invited", "ayu", "admin"),
        ("ayu", "accepted an invitation", "", "admin"),
    ]


def test_name_and_password_begin_a_session_and_signing_out_ends_it(desk: Desk) -> None:
    desk.hire()
    token = desk.enter("AYU ", agent="Mozilla" * 99)
    present = desk.staffing.who(token)
    assert present
    assert (present.user.name, len(present.session.agent)) == ("ayu", 200)
    desk.staffing.sign_out(present)
    desk.staffing.sign_out(present)
    assert desk.staffing.who(token) is None
    assert [what for _, what, _, _ in desk.audit()][2:] == ["signed in", "signed out"]


@pytest.mark.parametrize("name", ["ayu", "tidak-ada", "", "ayu\0", "a" * 9999])
def test_a_wrong_password_and_an_unknown_name_are_refused_alike(desk: Desk, name: str) -> None:
    desk.hire()
    with pytest.raises(SignInRefused, match=r"^The name or the password is wrong\.$"):
        desk.enter(name, "salah-salah-salah")


def test_an_unknown_name_costs_the_same_work(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.hire()
    checked: list[str] = []
    real = QUICK._hasher.verify
    monkeypatch.setattr(
        type(QUICK._hasher), "verify", lambda self, kept, password: checked.append(kept) or real(kept, password)
    )
    desk.fail(1)
    desk.fail(1, "tidak-ada")
    assert len(checked) == 2
    assert not QUICK.outdated(checked[1])


def test_nobodys_password_is_sealed_as_everybodys_is() -> None:
    real = Passwords()
    assert not real.outdated(real._nobodys)
    assert not real.fits(None, "salah-salah-salah")


def test_of_passwords_and_tokens_only_hashes_are_kept(tmp_path: Path, clock: Clock, new_id: Callable[[], str]) -> None:
    address = f"sqlite:///{tmp_path}/periksa.db"
    migrate(address, SEALING)
    desk = Desk(SqlStore(address, SEALING), clock, new_id)
    desk.hire()
    link = desk.staffing.invite("bima", Role.EDITOR, "ayu")
    token = desk.enter()
    desk.fail(1, PASSWORD)
    desk.store.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in (PASSWORD, token, link.token, HOME):
        assert secret.encode() not in kept
    assert b"$argon2id$" in kept


def test_a_hash_of_yesterday_is_renewed_at_the_next_sign_in(desk: Desk) -> None:
    desk.hire()
    before = desk.user().password
    newer = Staffing(desk.store, desk.clock, iter("xyz").__next__, iter("abc").__next__, Passwords(memory=64, rounds=2))
    newer.sign_in("ayu", PASSWORD, HOME)
    assert desk.user().password != before
    assert "t=2" in desk.user().password
    assert desk.enter()


def test_a_password_is_the_same_however_a_keyboard_spells_it(desk: Desk) -> None:
    token = desk.staffing.invite("ayu", Role.ADMIN, "operator").token
    desk.staffing.accept(token, "caf\u00e9 di ujung jalan")
    assert desk.enter("ayu", "cafe\u0301 di ujung jalan")


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("pendek", "short"),
        ("x" * (MOST + 1), "long"),
        ("aaaaaaaaaaaaaaaa", "weak"),
        ("abababababababab", "weak"),
        ("AYUpunyasendiri1", "weak"),
    ],
)
def test_what_is_no_password_is_refused_and_the_invitation_stays_good(desk: Desk, password: str, word: str) -> None:
    link = desk.staffing.invite("ayu", Role.ADMIN, "operator")
    assert desk.word(lambda: desk.staffing.accept(link.token, password)) == word
    assert desk.staffing.invitation(link.token)


# ---------------------------------------------------------------- invitations


def test_an_invitation_is_good_once(desk: Desk) -> None:
    link = desk.staffing.invite("ayu", Role.ADMIN, "operator")
    assert desk.staffing.invitation(link.token) == link.invitation
    desk.staffing.accept(link.token, PASSWORD)
    assert desk.staffing.invitation(link.token) is None
    assert desk.word(lambda: desk.staffing.accept(link.token, OTHER)) == "lapsed"


def test_two_who_use_an_invitation_at_once_are_one(desk: Desk) -> None:
    link = desk.staffing.invite("ayu", Role.ADMIN, "operator")

    def accept(password: str) -> bool:
        try:
            return bool(desk.staffing.accept(link.token, password))
        except StaffError:
            return False

    with ThreadPoolExecutor(AT_ONCE * 2) as pool:
        assert sorted(pool.map(accept, [PASSWORD, OTHER, PASSWORD, OTHER])) == [False, False, False, True]
    assert len(desk.staffing.team().users) == 1


def test_an_invitation_lapses_and_is_withdrawn_and_gives_way_to_a_later_one(desk: Desk) -> None:
    first, second = (desk.staffing.invite("ayu", Role.ADMIN, "operator") for _ in range(2))
    assert desk.staffing.invitation(first.token) is None
    desk.clock.pass_(seconds=INVITED.total_seconds() - 1)
    assert desk.staffing.invitation(second.token)
    assert [each.name for each in desk.staffing.team().invitations] == ["ayu"]
    desk.clock.pass_(seconds=1)
    assert desk.staffing.invitation(second.token) is None
    assert desk.staffing.team().invitations == []
    third = desk.staffing.invite("ayu", Role.ADMIN, "operator")
    desk.staffing.withdraw(third.invitation.id, "operator")
    desk.staffing.withdraw(third.invitation.id, "operator")
    assert desk.staffing.invitation(third.token) is None
    assert [entry for entry in desk.audit() if "withdrew" in entry[1]] == [
        ("operator", "withdrew an invitation", "ayu", "")
    ]


@pytest.mark.parametrize(
    "name", ["", "a", "a b", "ayu!", "-ayu", "operator", "Periksa", "library", "x" * 33, "аyu", "<b>"]
)
def test_what_is_no_name_is_refused(desk: Desk, name: str) -> None:
    assert desk.word(lambda: desk.staffing.invite(name, Role.EDITOR, "ayu")) == "name"


def test_a_taken_name_is_refused(desk: Desk) -> None:
    desk.hire()
    assert desk.word(lambda: desk.staffing.invite("AYU", Role.EDITOR, "ayu")) == "taken"


def test_who_forgot_their_password_gets_a_link_and_their_sessions_end(desk: Desk) -> None:
    present = desk.hire()
    token = desk.enter()
    link = desk.staffing.renew(present.user.id, "operator")
    assert desk.staffing.who(token), "until the link is used nothing changes"
    entry = desk.staffing.accept(link.token, OTHER)
    assert entry.present.user.id == present.user.id
    assert desk.staffing.who(token) is None
    assert desk.staffing.who(entry.token)
    assert desk.fail(1) == ["wrong"]
    assert desk.enter(password=OTHER)
    assert ("operator", "made a link for a new password", "ayu", "admin") in desk.audit()
    assert ("ayu", "changed their password", "", "by a link") in desk.audit()


def test_a_link_of_somebody_disabled_meanwhile_lets_nobody_in(desk: Desk) -> None:
    desk.hire()
    bima = desk.hire("bima", Role.EDITOR).user
    link = desk.staffing.renew(bima.id, "ayu")
    desk.staffing.disable(bima.id, "ayu")
    assert desk.word(lambda: desk.staffing.accept(link.token, OTHER)) == "lapsed"
    assert desk.word(lambda: desk.staffing.renew(bima.id, "ayu")) == "disabled"


# ---------------------------------------------------------------- how long it lasts


def test_a_session_that_is_used_lasts_and_one_that_is_not_ends(desk: Desk) -> None:
    desk.hire()
    token = desk.enter()
    for _ in range(3):
        desk.clock.pass_(seconds=IDLE.total_seconds() - 1)
        assert desk.staffing.who(token)
    desk.clock.pass_(seconds=IDLE.total_seconds())
    assert desk.staffing.who(token) is None
    assert desk.staffing.sessions(desk.user().id) == []


def test_no_session_lasts_for_ever(desk: Desk) -> None:
    desk.hire()
    token = desk.enter()
    hours = 0
    while desk.staffing.who(token):
        desk.clock.pass_(hours=6)
        hours += 6
    assert hours == LONGEST.total_seconds() / 3600


def test_a_page_that_asks_by_itself_is_not_somebody(desk: Desk) -> None:
    desk.hire()
    token = desk.enter()
    desk.clock.pass_(seconds=IDLE.total_seconds() - 1)
    assert desk.staffing.who(token, used=False)
    desk.clock.pass_(seconds=1)
    assert desk.staffing.who(token) is None


def test_when_it_was_used_is_written_seldom(desk: Desk) -> None:
    desk.hire()
    token = desk.enter()
    began = desk.clock()
    desk.clock.pass_(seconds=SEEN.total_seconds())
    desk.staffing.who(token)
    present = desk.staffing.who(token)
    assert present
    assert present.session.seen_at == began
    desk.clock.pass_(seconds=1)
    desk.staffing.who(token)
    present = desk.staffing.who(token)
    assert present
    assert present.session.seen_at == desk.clock()


@pytest.mark.parametrize("token", ["", "token-0", "token-1\0", "é" * 999, "\ud800"])
def test_a_token_that_nobody_has_is_nobodys(desk: Desk, token: str) -> None:
    desk.hire()
    assert desk.staffing.who(token) is None
    assert desk.staffing.invitation(token) is None


# ---------------------------------------------------------------- too many tries


def test_one_address_tries_one_name_so_often_and_then_the_right_password_is_refused_too(desk: Desk) -> None:
    desk.hire()
    assert desk.fail(tries.FOR_BOTH) == ["wrong"] * tries.FOR_BOTH
    assert desk.word(desk.enter) == "calm"
    assert desk.enter(address=AWAY), "who tries in somebody's name must not keep them out"
    desk.clock.pass_(seconds=tries.SPAN.total_seconds() + 1)
    assert desk.enter()


def test_the_right_password_forgives_earlier_tries(desk: Desk) -> None:
    desk.hire()
    for _ in range(3):
        assert desk.fail(tries.FOR_BOTH - 1) == ["wrong"] * (tries.FOR_BOTH - 1)
        assert desk.enter()


def test_one_address_tries_many_names_so_often(desk: Desk) -> None:
    desk.hire()
    words = [desk.fail(1, f"nama-{number}")[0] for number in range(tries.FOR_ADDRESS + 2)]
    assert words == ["wrong"] * tries.FOR_ADDRESS + ["calm"] * 2
    assert desk.word(desk.enter) == "calm"
    assert desk.enter(address=AWAY)


def test_a_name_is_tried_from_many_addresses_so_often(desk: Desk) -> None:
    desk.hire()
    words = [desk.fail(1, address=f"192.0.2.{number}")[0] for number in range(tries.FOR_NAME + 1)]
    assert words[-2:] == ["wrong", "calm"]
    assert desk.word(lambda: desk.enter(address=AWAY)) == "calm"


def test_the_addresses_of_one_line_count_as_one(desk: Desk) -> None:
    desk.hire()
    for number in range(tries.FOR_BOTH):
        desk.fail(1, address=f"2001:db8:1:2::{number:x}")
    assert desk.word(lambda: desk.enter(address="2001:db8:1:2:ffff::1")) == "calm"
    assert desk.enter(address="2001:db8:1:3::1")


def test_addresses_that_are_mapped_into_the_longer_kind_are_told_apart(desk: Desk) -> None:
    desk.hire()
    for number in range(tries.FOR_ADDRESS):
        desk.fail(1, f"orang-{number}", address="::ffff:192.0.2.1")
    assert desk.word(lambda: desk.enter(address="192.0.2.1")) == "calm"
    assert desk.enter(address="::ffff:198.51.100.9")


def test_tries_at_once_are_all_counted(desk: Desk) -> None:
    desk.hire()
    with ThreadPoolExecutor(8) as pool:
        words = list(pool.map(lambda _: desk.fail(1)[0], range(tries.FOR_BOTH * 2)))
    assert words.count("wrong") == tries.FOR_BOTH


# ---------------------------------------------------------------- what changes


def test_another_password_ends_all_other_sessions(desk: Desk) -> None:
    desk.hire()
    elsewhere, here = desk.enter(), desk.enter()
    present = desk.staffing.who(here)
    assert present
    assert desk.word(lambda: desk.staffing.change_password(present, "salah-salah-salah", OTHER, HOME)) == "old"
    assert desk.word(lambda: desk.staffing.change_password(present, PASSWORD, "pendek", HOME)) == "short"
    desk.staffing.change_password(present, PASSWORD, OTHER, HOME)
    assert desk.staffing.who(elsewhere) is None
    assert desk.staffing.who(here)
    assert desk.enter(password=OTHER)
    assert ("ayu", "changed their password", "", "") in desk.audit()


def test_the_old_password_cannot_be_guessed_at_leisure(desk: Desk) -> None:
    present = desk.hire()
    change = lambda: desk.staffing.change_password(present, "salah-salah-salah", OTHER, HOME)  # noqa: E731
    assert [desk.word(change) for _ in range(tries.FOR_BOTH + 1)] == ["old"] * tries.FOR_BOTH + ["calm"]


def test_a_role_counts_from_the_next_moment_on(desk: Desk) -> None:
    desk.hire()
    bima = desk.hire("bima", Role.VIEWER)
    token = desk.enter("bima")
    desk.staffing.change_role(bima.user.id, Role.PUBLISHER, "ayu")
    desk.staffing.change_role(bima.user.id, Role.PUBLISHER, "ayu")
    present = desk.staffing.who(token)
    assert present
    assert present.user.role is Role.PUBLISHER
    assert [entry for entry in desk.audit() if entry[1] == "changed a role"] == [
        ("ayu", "changed a role", "bima", "publisher")
    ]


def test_who_is_disabled_is_out_at_once_and_comes_back_when_enabled(desk: Desk) -> None:
    desk.hire()
    bima = desk.hire("bima", Role.EDITOR)
    token = desk.enter("bima")
    assert desk.staffing.disable(bima.user.id, "ayu").disabled_at == desk.clock()
    assert desk.staffing.who(token) is None
    assert desk.fail(1, "bima") == ["wrong"]
    assert desk.word(lambda: desk.enter("bima")) == "wrong"
    desk.staffing.enable(bima.user.id, "ayu")
    assert desk.staffing.who(token) is None
    assert desk.enter("bima")


def test_who_is_admin_no_longer_has_no_links_left_by_which_to_come_back(desk: Desk) -> None:
    desk.hire()
    bima = desk.hire("bima", Role.ADMIN).user
    for act in (
        lambda: desk.staffing.disable(bima.id, "ayu"),
        lambda: desk.staffing.change_role(bima.id, Role.PUBLISHER, "ayu"),
    ):
        theirs = [desk.staffing.invite("citra", Role.ADMIN, "bima"), desk.staffing.renew(bima.id, "bima")]
        ours = desk.staffing.invite("dewi", Role.EDITOR, "ayu")
        act()
        assert [desk.staffing.invitation(each.token) for each in theirs] == [None, None]
        assert desk.staffing.invitation(ours.token)
        desk.staffing.enable(bima.id, "ayu")
        desk.staffing.change_role(bima.id, Role.ADMIN, "ayu")
    assert ("ayu", "withdrew an invitation", "citra", "") in desk.audit()


def test_the_last_admin_stays_one(desk: Desk) -> None:
    ayu = desk.hire().user
    bima = desk.hire("bima", Role.ADMIN).user
    desk.staffing.disable(bima.id, "ayu")
    for act in (
        lambda: desk.staffing.change_role(ayu.id, Role.PUBLISHER, "ayu"),
        lambda: desk.staffing.disable(ayu.id, "ayu"),
    ):
        assert desk.word(act) == "last"
    desk.staffing.enable(bima.id, "ayu")
    assert desk.staffing.change_role(ayu.id, Role.VIEWER, "ayu").role is Role.VIEWER


def test_sessions_end_one_by_one_or_all_at_once_and_never_somebody_elses(desk: Desk) -> None:
    ayu, bima = desk.hire().user, desk.hire("bima", Role.EDITOR).user
    desk.enter()
    desk.enter()
    ours, theirs = desk.staffing.sessions(ayu.id), desk.staffing.sessions(bima.id)
    assert (len(ours), len(theirs)) == (3, 1)
    assert desk.staffing.end_sessions(ayu.id, "ayu", theirs[0].id) == 0
    assert desk.staffing.end_sessions(ayu.id, "ayu", ours[0].id) == 1
    assert desk.staffing.end_sessions(ayu.id, "ayu") == 2
    assert desk.staffing.end_sessions(ayu.id, "ayu") == 0
    assert desk.staffing.sessions(bima.id) == theirs
    assert [entry for entry in desk.audit() if entry[1] == "ended sessions"] == [
        ("ayu", "ended sessions", "ayu", "1"),
        ("ayu", "ended sessions", "ayu", "2"),
    ]


def test_nothing_is_done_to_somebody_who_is_not_there(desk: Desk) -> None:
    for act in (desk.staffing.disable, desk.staffing.enable, desk.staffing.renew):
        assert desk.word(lambda act=act: act("tidak-ada", "ayu")) == "gone"  # type: ignore[misc]


def test_each_role_may_what_those_before_it_may() -> None:
    roles = list(Role)
    assert [[one.may(other) for other in roles] for one in roles] == [
        [True, False, False, False],
        [True, True, False, False],
        [True, True, True, False],
        [True, True, True, True],
    ]
