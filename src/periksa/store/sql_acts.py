"""What editors did to cases, over SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Select,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from periksa.model import Act, Case, CaseState, Standing, Wording
from periksa.store.columns import Text
from periksa.store.recounting import COUNTED, Piece, recounted, words_of
from periksa.store.schema import contacts, fields_of, messages, row_of
from periksa.store.schema_cases import case_aliases, case_keys, case_messages, cases
from periksa.store.schema_casework import case_acts, case_moves

_alias = select(case_aliases.c.case_id).where(case_aliases.c.id == bindparam("named")).scalar_subquery()
_CURRENT = func.coalesce(_alias, bindparam("named", type_=Text))
_BOTH = select(*fields_of(cases, Case), *fields_of(cases, Standing), cases.c.words, cases.c.words_of)
_GET = _BOTH.where(cases.c.id == _CURRENT).with_for_update()
_ROW = _BOTH.where(cases.c.id == bindparam("named")).with_for_update()
_STANDING = select(*fields_of(cases, Standing)).where(cases.c.id == _CURRENT)
_ACT = select(*fields_of(case_acts, Act))
_NAMES = select(case_aliases.c.id).where(case_aliases.c.case_id == bindparam("named"))
_OF = _ACT.where(
    or_(case_acts.c.case == bindparam("named"), case_acts.c.case.in_(_NAMES), case_acts.c.other == bindparam("named")),
)
_LATEST = _ACT.where(case_acts.c.by == bindparam("who")).order_by(case_acts.c.number.desc()).limit(1)
_SHUT = update(case_keys).where(case_keys.c.case_id == bindparam("this")).values(is_open=False)
_twin = case_keys.alias("twin")
_TAKEN = delete(case_keys).where(
    case_keys.c.case_id == bindparam("this"),
    case_keys.c.key.in_(select(_twin.c.key).where(_twin.c.is_open)),
)
_REOPEN = update(case_keys).where(case_keys.c.case_id == bindparam("this")).values(is_open=True)
_MOVED = {"message": case_messages.c.message, "key": case_keys.c.key, "alias": case_aliases.c.id}
_TO = {kind: column.table.c.case_id for kind, column in _MOVED.items()}
_LOSER: BindParameter[str] = bindparam("loser")
_WINNER: BindParameter[str] = bindparam("winner")
_NUMBER: BindParameter[int] = bindparam("number")
_NOTE = {
    kind: insert(case_moves).from_select(
        ["act", "kind", "item"],
        select(_NUMBER, literal(kind), column).where(_TO[kind] == _LOSER),
    )
    for kind, column in _MOVED.items()
}
_ALL = {kind: update(to.table).where(to == _LOSER).values(case_id=_WINNER) for kind, to in _TO.items()}
_BACK = {
    kind: update(_TO[kind].table)
    .where(
        _TO[kind] == _LOSER,
        column.in_(select(case_moves.c.item).where(case_moves.c.act == _NUMBER, case_moves.c.kind == kind)),
    )
    .values(case_id=_WINNER)
    for kind, column in _MOVED.items()
}
_SOME = {
    kind: update(_TO[kind].table)
    .where(_TO[kind] == _LOSER, column.in_(bindparam("items", expanding=True)))
    .values(case_id=_WINNER)
    for kind, column in _MOVED.items()
}
_FORGET_MOVES = delete(case_moves).where(case_moves.c.act == _NUMBER)
_PIECES = (
    select(
        messages.c.kind,
        messages.c.channel,
        func.coalesce(contacts.c.language, ""),
        messages.c.frequently_forwarded,
        messages.c.received_at,
        messages.c.text,
        messages.c.id,
    )
    .join_from(case_messages, messages, messages.c.id == case_messages.c.message)
    .outerjoin(contacts, contacts.c.id == messages.c.contact)
    .where(case_messages.c.case_id == bindparam("named"))
    .order_by(messages.c.number)
)
_says = case((messages.c.text == "", messages.c.id), else_=messages.c.text)
_groups = (
    select(func.min(messages.c.number).label("first"), func.count().label("many"))
    .join_from(case_messages, messages, messages.c.id == case_messages.c.message)
    .where(case_messages.c.case_id == _CURRENT)
    .group_by(_says)
    .order_by(func.count().desc(), func.min(messages.c.number))
    .limit(bindparam("most"))
    .subquery()
)
_WORDINGS = (
    select(messages.c.id, messages.c.text, _groups.c.many, messages.c.kind)
    .join_from(_groups, messages, messages.c.number == _groups.c.first)
    .order_by(_groups.c.many.desc(), _groups.c.first)
)
_chosen = messages.alias("chosen")
_SAYING = (
    select(messages.c.id)
    .join_from(case_messages, messages, messages.c.id == case_messages.c.message)
    .where(
        case_messages.c.case_id == _CURRENT,
        _says.in_(
            select(case((_chosen.c.text == "", _chosen.c.id), else_=_chosen.c.text)).where(
                _chosen.c.id.in_(bindparam("ids", expanding=True)),
            ),
        ),
    )
    .order_by(messages.c.number)
)
_TOLD = (
    select(func.count())
    .select_from(case_messages)
    .where(case_messages.c.case_id == _CURRENT, case_messages.c.told_at.is_not(None))
)
_CASE = len(fields(Case))


class SqlActs:
    """What editors did to cases."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # ------------------------------------------------------------ the log

    def record(self, act: Act) -> Act:
        """With its number."""
        row = {key: value for key, value in row_of(act).items() if key != "number"}
        number = self._connection.execute(insert(case_acts).returning(case_acts.c.number), row).scalar_one()
        return replace(act, number=number)

    def get(self, id: str) -> list[Act]:
        """The last first."""
        return self._acts(_ACT.where(case_acts.c.id == bindparam("id")).order_by(case_acts.c.number.desc()), id=id)

    def of(self, case: str, limit: int = 100) -> list[Act]:
        """Latest first."""
        return self._acts(_OF.order_by(case_acts.c.number.desc()).limit(bindparam("most")), named=case, most=limit)

    def latest(self, by: str, since: datetime) -> list[Act]:
        """By the last press of a button."""
        last = self._acts(_LATEST, who=by)
        return [] if not last or last[0].undone_at or last[0].at < since else self.get(last[0].id)

    def undone(self, id: str, by: str, at: datetime) -> None:
        """All of it."""
        this = update(case_acts).where(case_acts.c.id == bindparam("this"))
        self._connection.execute(this.values(undone_at=at, undone_by=by), {"this": id})

    # ------------------------------------------------------------ what they changed

    def standing(self, case: str) -> Standing | None:
        """How it stands."""
        row = self._connection.execute(_STANDING, {"named": case}).first()
        return None if row is None else Standing(*row)

    def change(self, case: str, fields: Mapping[str, Any]) -> None:
        """In the row; and its keys follow its state."""
        known = self._get(case)
        if known is None:
            return
        self._set(known.id, dict(fields))
        if "state" in fields:
            statements = [_TAKEN, _REOPEN] if fields["state"] is CaseState.OPEN else [_SHUT]
            for statement in statements if fields["state"] is not known.state else ():
                self._connection.execute(statement, {"this": known.id})

    def merge(self, loser: str, winner: str, act: Act) -> None:
        """All of it moves; its row waits."""
        lost, won = self._get(loser), self._get(winner)
        if lost is None or won is None or lost.id == won.id:
            return
        for kind in _MOVED:
            self._connection.execute(_NOTE[kind], {"number": act.number, "loser": lost.id})
            self._connection.execute(_ALL[kind], {"loser": lost.id, "winner": won.id})
        self._connection.execute(insert(case_aliases), {"id": lost.id, "case_id": won.id})
        self._set(won.id, self._together(won, lost))
        self._set(lost.id, {"state": CaseState.MERGED, "words": ""})

    def part(self, act: Act) -> bool:
        """Only what moved."""
        lost, won = self._row(act.case), self._get(act.case)
        if lost is None or won is None or lost.state != CaseState.MERGED or won.state != CaseState.OPEN:
            return False
        if won.id != act.other:
            return False
        for kind in _MOVED:
            names = {"loser": won.id, "winner": lost.id, "number": act.number}
            self._connection.execute(_BACK[kind], names)
        self._connection.execute(_FORGET_MOVES, {"number": act.number})
        self._connection.execute(delete(case_aliases).where(case_aliases.c.id == bindparam("id")), {"id": lost.id})
        words = words_of(lost.text, (piece.text for piece, _ in self._pieces(lost.id)))
        self._set(lost.id, {"state": CaseState.OPEN, "words": words})
        self._restore(won, act, won.asked - lost.asked)
        return True

    def split(self, case: str, messages: Collection[str], keys: Collection[str], text: str, new_id: str) -> bool:
        """The new case counts what it got, the old one what is left."""
        old = self._get(case)
        if old is None:
            return False
        takes_words = old.words_of in set(messages)
        new = Case(new_id, old.text if takes_words else text, old.opened_at, asked=len(messages))
        whose = old.words_of if takes_words else min(messages, default="")
        self._connection.execute(insert(cases), {**row_of(new), "words_of": whose})
        for kind, items in (("message", list(messages)), ("key", list(keys))):
            self._connection.execute(_SOME[kind], {"items": items, "loser": old.id, "winner": new.id})
        first = min((piece.at for piece, _ in self._pieces(new.id)), default=old.opened_at)
        self._set(new.id, {"opened_at": first})
        if takes_words:
            self._show_others(old.id)
        self._recount(new.id, len(messages), new.text)
        self._recount(old.id, old.asked - len(messages), self._row(old.id).text)
        return takes_words

    def rejoin(self, act: Act) -> bool:
        """Whatever came to the new case meanwhile goes along."""
        old, new = self._get(act.case), self._row(act.other)
        if old is None or new is None or old.id != act.case:
            return False
        if old.state != CaseState.OPEN or new.state != CaseState.OPEN:
            return False
        for kind in _MOVED:
            self._connection.execute(_ALL[kind], {"loser": new.id, "winner": old.id})
        shown = {"words_of": new.words_of, "text": new.text} if act.before.get("took_words") else {}
        self._connection.execute(delete(cases).where(cases.c.id == bindparam("this")), {"this": new.id})
        self._connection.execute(insert(case_aliases), {"id": new.id, "case_id": old.id})
        self._set(old.id, shown)
        self._restore(old, act, old.asked + new.asked)
        return True

    # ------------------------------------------------------------ what is in a case

    def wordings(self, case: str, limit: int = 50) -> list[Wording]:
        """Most first."""
        return [Wording(*row) for row in self._connection.execute(_WORDINGS, {"named": case, "most": limit})]

    def saying(self, case: str, messages: Collection[str]) -> list[str]:
        """Oldest first."""
        found = self._connection.execute(_SAYING, {"named": case, "ids": list(messages)})
        return list(found.scalars())

    def told(self, case: str) -> int:
        """Of its messages."""
        return int(self._connection.execute(_TOLD, {"named": case}).scalar_one())

    def _acts(self, statement: Select[Any], **values: Any) -> list[Act]:
        return [Act(*row) for row in self._connection.execute(statement, values)]

    def _get(self, case: str) -> Any:
        return self._connection.execute(_GET, {"named": case}).first()

    def _row(self, case: str) -> Any:
        return self._connection.execute(_ROW, {"named": case}).first()

    def _set(self, case: str, changes: Mapping[str, Any]) -> None:
        if changes:
            this = update(cases).where(cases.c.id == bindparam("this"))
            self._connection.execute(this.values(dict(changes)), {"this": case})

    def _together(self, won: Any, lost: Any) -> dict[str, Any]:
        stands = Standing(*won[_CASE:-2]).together(Standing(*lost[_CASE:-2]))
        asked_at = max(row.asked_at or row.opened_at for row in (won, lost))
        known = {"asked": won.asked + lost.asked, "asked_at": asked_at, **row_of(stands)}
        return {name: known[name] for name in COUNTED} | {"words": words_of(won.words, [lost.words])}

    def _restore(self, now: Any, act: Act, asked: int) -> None:
        """As it was before the act, if nobody asked since; else counted anew."""
        unchanged = all(now._mapping[name] == act.after.get(name) for name in COUNTED)
        if unchanged and asked == act.before["asked"]:
            self._set(now.id, {name: act.before[name] for name in COUNTED})
            return
        self._recount(now.id, asked, now.text)

    def _recount(self, case: str, asked: int, text: str) -> None:
        pieces = [piece for piece, _ in self._pieces(case)]
        known = row_of(recounted(pieces))
        latest = max((piece.at for piece in pieces), default=None)
        changes = {name: known[name] for name in COUNTED if name in known}
        words = words_of(text, (piece.text for piece in pieces))
        self._set(case, {**changes, "asked": asked, "asked_at": latest, "words": words})

    def _pieces(self, case: str) -> list[tuple[Piece, str]]:
        return [(Piece(*row[:6]), row[6]) for row in self._connection.execute(_PIECES, {"named": case})]

    def _show_others(self, case: str) -> None:
        others = ((piece.text, id) for piece, id in self._pieces(case) if piece.text)
        text, whose = next(others, ("", ""))
        self._set(case, {"text": text, "words_of": whose})
