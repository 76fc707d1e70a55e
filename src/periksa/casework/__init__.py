"""Corridor 3: what editors do with cases before they answer them; each act is kept, and can be undone.

assign, tag, snooze, spam    fields of the case                         → acts, the audit log
merge, split                 cases become one, or two                   → acts, the audit log
reopen                       a settlement that nobody was told of ends  → act, the audit log
undo                         the case is as it was, or a sentence says why not

An act holds the fields it changed, before and after. It is undone where they are still as it left them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from periksa.answers import same
from periksa.casework.undoing import current, refuse, take_back
from periksa.finding import Finder
from periksa.lang.mask import masked
from periksa.model import Act, ActKind, Audit, Case, CaseState, Standing, View, Wording
from periksa.store import Store, Transaction
from periksa.store.recounting import COUNTED

MOST_TAGS, LONGEST_TAG = 8, 24
MOST_AT_ONCE = 100
"""Cases that one act may touch."""
WORDINGS = 100
"""Wordings of a case that are told apart."""
SHOWN = 400
"""Characters of a wording."""
COMES_BACK = 10
"""A snoozed case comes back when it was asked twice as often, and at least so many times more."""
LONGEST_NAME = 40


class Known(NamedTuple):
    """A case, and how it stands."""

    case: Case
    standing: Standing


Change = tuple[ActKind, Mapping[str, Any]]


class Casework:
    """`by` is the name of whoever does it, for the log. All of it raises: WorkRefused, StoreError, StoreBusy."""

    def __init__(self, store: Store, finder: Finder, clock: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._store = store
        self._finder = finder
        self._clock = clock
        self._new_id = new_id

    # ------------------------------------------------------------ what changes a field

    def assign(self, cases: Collection[str], to: str, by: str) -> int:
        """They are to be worked on by somebody, by name; by nobody where it is empty. How many are so only now."""

        def check(tx: Transaction) -> None:
            user = tx.staff.named(to) if to else None
            if to and (user is None or user.disabled_at):
                refuse("nobody")

        return self._change(cases, by, lambda _: (ActKind.ASSIGNED, {"assignee": to}), to, check)

    def tag(self, cases: Collection[str], tag: str, by: str) -> int:
        """They carry this tag."""
        word = tag_of(tag)

        def tagged(known: Known) -> Change:
            tags = tuple(sorted({*known.standing.tags, word}))
            if len(tags) > MOST_TAGS:
                refuse("tags")
            return ActKind.TAGGED, {"tags": tags}

        return self._change(cases, by, tagged)

    def untag(self, cases: Collection[str], tag: str, by: str) -> int:
        """They carry it no longer."""
        word = tag_of(tag)

        def untagged(known: Known) -> Change:
            return ActKind.UNTAGGED, {"tags": tuple(each for each in known.standing.tags if each != word)}

        return self._change(cases, by, untagged)

    def snooze(self, cases: Collection[str], time: timedelta, by: str) -> int:
        """They leave the inbox for so long, or until they have grown a lot."""
        until = self._clock() + time

        def asleep(known: Known) -> Change:
            asked = _open(known.case).asked
            wakes_at = max(2 * asked, asked + COMES_BACK)
            return ActKind.SNOOZED, {"snoozed_until": until, "wakes_at": wakes_at}

        return self._change(cases, by, asleep)

    def wake(self, cases: Collection[str], by: str) -> int:
        """They are back."""
        return self._change(cases, by, lambda _: (ActKind.WOKEN, {"snoozed_until": None, "wakes_at": 0}))

    def spam(self, cases: Collection[str], by: str) -> int:
        """They are closed without a word; whoever sends the same again joins them, and nobody is bothered."""
        at = self._clock()

        def thrown_out(known: Known) -> Change:
            _rumour(_open(known.case))
            return ActKind.SPAM, {"state": CaseState.SPAM, "settled_at": at, "settled_by": by, "articles": ()}

        return self._change(cases, by, thrown_out)

    def reopen(self, case: str, by: str) -> int:
        """It waits for an answer again. Refused once somebody was told: what was said is not taken back."""
        opened = {"state": CaseState.OPEN, "settled_at": None, "settled_by": "", "articles": ()}

        def check(tx: Transaction) -> None:
            telling = tx.tellings.hold(case)
            if telling.was_other or tx.acts.told(case):
                refuse("told")
            if telling.stopped_at:
                tx.tellings.put(replace(telling, stopped_at=None, stopped_by=""))

        return self._change([case], by, lambda _: (ActKind.REOPENED, opened), check=check)

    def _change(
        self,
        cases: Collection[str],
        by: str,
        change: Callable[[Known], Change],
        detail: str = "",
        check: Callable[[Transaction], None] = lambda _: None,
    ) -> int:
        at, id = self._clock(), self._new_id()

        def act(tx: Transaction) -> int:
            check(tx)
            done = 0
            for known in _known(tx, cases):
                case, standing = known
                what, after = change(known)
                before = {name: current(case, standing, name) for name in after}
                if before != after:
                    tx.acts.change(case.id, after)
                    tx.acts.record(Act(id, what, case.id, by, at, before, after))
                    tx.audit.add(Audit(at, by, f"{what} a case", case.id, detail))
                    done += 1
            return done

        return self._store.write(act).result()

    # ------------------------------------------------------------ what is one case, and what is two

    def merge(self, cases: Collection[str], by: str) -> Case:
        """They ask the same: all become part of the one that was opened first."""
        at, id = self._clock(), self._new_id()

        def act(tx: Transaction) -> Case:
            known = {each.case.id: each for each in _known(tx, cases)}
            if len(known) < 2:
                refuse("few")
            (won, _), *others = sorted(known.values(), key=lambda pair: (pair[0].opened_at, pair[0].id))
            for case in (won, *(other for other, _ in others)):
                _rumour(_open(case))
            for lost, _ in others:
                before = _counted(tx, won.id)
                after = _together(tx, won.id, lost.id)
                done = tx.acts.record(Act(id, ActKind.MERGED, lost.id, by, at, before, after, won.id))
                tx.acts.merge(lost.id, won.id, done)
                tx.audit.add(Audit(at, by, "merged a case", lost.id, won.id))
            return tx.cases.get(won.id) or won

        return self._store.write(act).result()

    def wordings(self, case: str) -> list[Wording]:
        """In which words a case was asked, masked, most of them first."""
        found = self._store.read(lambda tx: tx.acts.wordings(case, WORDINGS))
        return [replace(each, text=masked(each.text[: 2 * SHOWN])[:SHOWN]) for each in found]

    def split(self, case: str, messages: Collection[str], by: str) -> str:
        """Messages that say what these say, by id, are a case of their own from now on; its id."""
        at, id, new_id = self._clock(), self._new_id(), self._new_id()

        def act(tx: Transaction) -> str:
            [(known, _)] = _known(tx, [case])
            _rumour(_open(known))
            moved = tx.acts.saying(known.id, messages)
            gone = set(moved)
            left = [each.message for each in tx.acts.wordings(known.id, WORDINGS) if each.message not in gone]
            if not moved or not left:
                refuse("all")
            before = _counted(tx, known.id)
            chosen = set(messages)
            keys = self._keys(tx, [id for id in moved if id in chosen]) - self._keys(tx, left)
            took = tx.acts.split(known.id, moved, keys, _text(tx, moved), new_id)
            changed = {**before, "took_words": took}, _counted(tx, known.id)
            tx.acts.record(Act(id, ActKind.SPLIT, known.id, by, at, *changed, other=new_id))
            tx.audit.add(Audit(at, by, "split a case", known.id, new_id))
            return new_id

        return self._store.write(act).result()

    def _keys(self, tx: Transaction, messages: Sequence[str]) -> set[str]:
        """What leads to these: one of each wording."""
        read = tx.messages.get_all(messages[:WORDINGS]).values()
        return {key for message in read for key in same.keys(self._finder.read(message), message.media)}

    # ------------------------------------------------------------ what was done

    def undo(self, id: str, by: str) -> int:
        """All that one press of a button did is as if it had not been; how many cases. All of it, or nothing."""
        at = self._clock()

        def act(tx: Transaction) -> int:
            acts = tx.acts.get(id)
            if not acts or acts[0].undone_at:
                refuse("undone" if acts else "gone")
            for each in acts:
                take_back(tx, each)
                tx.audit.add(Audit(at, by, "undid", each.case, each.what))
            tx.acts.undone(id, by, at)
            return len(acts)

        return self._store.write(act).result()

    # ------------------------------------------------------------ ways to look

    def keep_view(self, name: str, query: str, by: str, everyones: bool = False) -> None:
        """Under this name, for oneself or for the whole team."""
        name = " ".join(name.split())[:LONGEST_NAME]
        if not name:
            refuse("name")
        view = View(self._new_id(), name, "" if everyones else by, query, by, self._clock())

        def act(tx: Transaction) -> None:
            tx.listings.keep(view)
            tx.audit.add(Audit(view.at, by, "kept a view", view.id, "everybody's" if everyones else "their own"))

        self._store.write(act).result()

    def drop_view(self, id: str, by: str) -> None:
        """One's own, or one of the team's."""
        at = self._clock()

        def act(tx: Transaction) -> None:
            if id not in {view.id for view in tx.listings.views(by)}:
                refuse("gone")
            tx.listings.drop(id)
            tx.audit.add(Audit(at, by, "dropped a view", id))

        self._store.write(act).result()


def tag_of(tag: str) -> str:
    """A tag as it is kept: a word or a few, in small letters. Raises: WorkRefused."""
    word = " ".join(tag.split()).casefold()
    if not word or len(word) > LONGEST_TAG or not word.replace("-", "").replace(" ", "").isalnum():
        refuse("tag")
    return word


def _known(tx: Transaction, cases: Collection[str]) -> list[Known]:
    """Held: nobody changes them beside us until this transaction is over."""
    if len(cases) > MOST_AT_ONCE:
        refuse("many")
    for id in sorted(set(cases)):
        tx.tellings.hold(id)
    found = {case.id: case for case in filter(None, (tx.cases.get(id) for id in cases))}
    if not found:
        refuse("none")
    return [Known(case, tx.acts.standing(id) or Standing()) for id, case in found.items()]


def _open(case: Case) -> Case:
    if case.state is not CaseState.OPEN:
        refuse("settled")
    return case


def _rumour(case: Case) -> None:
    """Unless it is somebody who wants to die: a next word of theirs must not be lost among others, or in spam."""
    if same.is_despair(case.text):
        refuse("care")


def _counted(tx: Transaction, id: str) -> dict[str, Any]:
    """What came in so far."""
    [(case, standing)] = _known(tx, [id])
    return {name: current(case, standing, name) for name in COUNTED}


def _together(tx: Transaction, winner: str, loser: str) -> dict[str, Any]:
    """What will have come in of both."""
    (won, stands), (lost, others) = _known(tx, [winner, loser])
    asked_at = max(case.asked_at or case.opened_at for case in (won, lost))
    case = replace(won, asked=won.asked + lost.asked, asked_at=asked_at)
    both = stands.together(others)
    return {name: current(case, both, name) for name in COUNTED}


def _text(tx: Transaction, messages: Sequence[str]) -> str:
    """What editors see of a case of these."""
    found = [message for message in (tx.messages.get(id) for id in messages[:WORDINGS]) if message]
    said = next((message.text for message in found if message.text.strip()), "")
    return said or (same.file_text(found[0].kind) if found else "")
