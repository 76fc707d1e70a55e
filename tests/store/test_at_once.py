"""Two processes on one database, at the same moment: what one has begun, the other sees or waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from periksa.answers.decide import Policy
from periksa.authoring import Authoring
from periksa.broadcast import Broadcast
from periksa.casework import Casework
from periksa.errors import CaseError, StaffError, WorkRefused
from periksa.finding import Finder
from periksa.index.memory import MemoryIndex
from periksa.model import (
    Address,
    Article,
    ArticleKind,
    Campaign,
    CaseState,
    Draft,
    Outgoing,
    Reply,
    Role,
    User,
)
from periksa.readers.text import TextReader
from periksa.review import Review
from periksa.review.settling import Settling
from periksa.staffing import Staffing
from periksa.staffing.passwords import Passwords
from periksa.store import Store, Transaction

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHECKS = [Article(id, ArticleKind.FACT_CHECK, id, "Cek", claim=id) for id in ("cek", "lain")]
DRAFT = Draft("own-1", "", "Kopi.", "Salah", "Tidak.", ("https://a.example/1",), "id", "ayu", NOON)
FINDER = Finder(TextReader(), MemoryIndex(), Policy(answer=0.7, offer=0.03))


def clock() -> datetime:
    return NOON


class Two:
    """Two processes. What the first does is begun, but not over, when the second comes."""

    def __init__(self, one: Store, other: Store) -> None:
        self.one, self.other = one, other

    def meet(self, first: Callable[[Transaction], Any], second: Callable[[Store], Any]) -> Future[Any]:
        """What comes of the second."""
        begun, over = threading.Event(), threading.Event()

        def slowly(tx: Transaction) -> None:
            first(tx)
            begun.set()
            over.wait(timeout=20)

        slow = self.one.write(slowly)
        assert begun.wait(timeout=20)
        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(second, self.other)
            wait([done], timeout=0.5)
            over.set()
            slow.result(timeout=20)
        return done


@pytest.fixture
def two(database: Any) -> Two:
    two = Two(database.open(), database.open())

    def begin(tx: Transaction) -> None:
        tx.articles.put(CHECKS, NOON)
        tx.cases.join(["kopi"], "kopi", "m-1", NOON, "case-1")
        tx.staff.add(User("u-1", "ayu", Role.EDITOR, Passwords(64, 1).seal("kata sandi lama"), NOON, NOON))
        tx.drafts.put(DRAFT)
        tx.campaigns.add(Campaign("* cek", "cek", "", "ayu", NOON))

    two.one.write(begin).result(timeout=20)
    return two


def casework(store: Store) -> Casework:
    return Casework(store, FINDER, clock, lambda: "press-2")


def test_a_case_is_answered_by_one_of_two_editors_and_the_other_hears_so(two: Two) -> None:
    for second in (
        lambda store: Settling(store, FINDER, clock, lambda _: None).answer("case-1", "lain", "budi"),
        lambda store: Settling(store, FINDER, clock, lambda _: None).close("case-1", "budi"),
    ):
        done = two.meet(lambda tx: tx.cases.answer("case-1", ["cek"], "ayu", NOON), second)
        with pytest.raises(CaseError):
            done.result()
        case = two.one.read(lambda tx: tx.cases.get("case-1"))
        assert case is not None
        assert (case.articles, case.settled_by) == (("cek",), "ayu")
        assert "budi" not in {each.who for each in two.one.read(lambda tx: tx.audit.list())}
        two.one.write(lambda tx: tx.acts.change("case-1", {"state": CaseState.OPEN})).result(timeout=20)


def test_two_tags_at_once_are_two_tags(two: Two) -> None:
    done = two.meet(
        lambda tx: [tx.tellings.hold("case-1"), tx.acts.change("case-1", {"tags": ("banjir",)})],
        lambda store: casework(store).tag(["case-1"], "uang", "budi"),
    )
    assert done.result() == 1
    standing = two.one.read(lambda tx: tx.acts.standing("case-1"))
    assert standing is not None
    assert standing.tags == ("banjir", "uang")


def test_what_was_answered_just_now_is_no_spam(two: Two) -> None:
    done = two.meet(
        lambda tx: tx.cases.answer("case-1", ["cek"], "ayu", NOON),
        lambda store: casework(store).spam(["case-1"], "budi"),
    )
    with pytest.raises(WorkRefused, match="settled already"):
        done.result()
    assert two.one.read(lambda tx: tx.cases.counts()) == {CaseState.ANSWERED: 1}


def test_who_is_disabled_while_they_change_their_password_stays_so(two: Two) -> None:
    user = two.one.read(lambda tx: tx.staff.get("u-1"))
    assert user is not None
    staffing = Staffing(two.other, clock, lambda: "s-1", lambda: "token", Passwords(64, 1))
    entry = staffing.sign_in("ayu", "kata sandi lama", "192.0.2.1")
    done = two.meet(
        lambda tx: tx.staff.change(replace(user, disabled_at=NOON)),
        lambda _: staffing.change_password(entry.present, "kata sandi lama", "kata-lain-sama-sekali", "192.0.2.1"),
    )
    done.exception(timeout=20)
    now = two.one.read(lambda tx: tx.staff.get("u-1"))
    assert now is not None
    assert now.disabled_at == NOON


def test_two_admins_do_not_demote_each_other(two: Two) -> None:
    admins = [User(f"a-{name}", name, Role.ADMIN, "-", NOON, NOON) for name in ("citra", "dewi")]
    two.one.write(lambda tx: [tx.staff.add(each) for each in admins]).result(timeout=20)
    staffing = Staffing(two.other, clock, lambda: "s-1", lambda: "token", Passwords(64, 1))
    done = two.meet(
        lambda tx: tx.staff.change(replace(admins[0], role=Role.EDITOR)),
        lambda _: staffing.change_role("a-dewi", Role.EDITOR, "citra"),
    )
    with pytest.raises(StaffError, match="last admin"):
        done.result()


def test_a_withdrawn_answer_is_not_published_again_at_the_same_moment(two: Two) -> None:
    def authoring(store: Store) -> Authoring:
        return Authoring(store, clock, lambda: "0" * 16, "Cek")

    done = two.meet(
        lambda tx: tx.drafts.put(replace(DRAFT, withdrawn_at=NOON)),
        lambda store: authoring(store).publish("own-1", "https://t.example", "budi", NOON, answers=False),
    )
    with pytest.raises(CaseError, match="withdrawn"):
        done.result()
    two.one.write(lambda tx: tx.drafts.put(DRAFT)).result(timeout=20)
    theirs = replace(DRAFT, claim="Teh.", by="ayu", changed_at=NOON.replace(hour=13))
    done = two.meet(
        lambda tx: tx.drafts.put(theirs),
        lambda store: authoring(store).save(replace(DRAFT, claim="Susu."), "budi", NOON),
    )
    assert done.result() is None
    assert two.one.read(lambda tx: tx.drafts.get("own-1")) == theirs


def test_nothing_is_handed_out_of_a_broadcast_that_is_stopped_at_the_same_moment(two: Two) -> None:
    said = Outgoing("b-cek-siti", "siti", "whatsapp", Reply("begini"), created_at=NOON, campaign="* cek")
    handing_out = Broadcast(two.one, {}, clock)
    done = two.meet(
        lambda tx: handing_out._queue(tx, [said]),
        lambda store: Broadcast(store, {}, clock).stop("* cek", "budi"),
    )
    assert done.result() == 1
    assert two.one.read(lambda tx: tx.outbox.get("b-cek-siti")) is None


def test_who_writes_while_they_are_found_gone_has_written(two: Two) -> None:
    two.one.write(lambda tx: tx.contacts.resolve([Address("whatsapp", "62811")], "siti", NOON)).result(timeout=20)
    two.meet(
        lambda tx: tx.contacts.touch("siti", "whatsapp", NOON),
        lambda store: store.write(lambda tx: tx.contacts.gone("siti", "whatsapp", NOON)).result(timeout=20),
    ).result()
    assert two.one.read(lambda tx: tx.contacts.wrote_at("siti", "whatsapp")) == NOON


def test_a_preview_of_what_was_settled_otherwise_meanwhile_is_one_sentence(two: Two) -> None:
    review = Review(two.other, {}, FINDER, clock)
    with pytest.raises(CaseError, match="nothing of it is being told"):
        review.preview_instead("case-1", "lain", 1)
    review.answer("case-1", "cek", "ayu")
    with pytest.raises(CaseError, match="settled otherwise meanwhile"):
        review.preview_instead("case-1", "lain", 2)
    assert review.preview_instead("case-1", "lain", 1).article == CHECKS[1]
