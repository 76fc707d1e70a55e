"""How one act is taken back, or why not."""

from __future__ import annotations

from typing import Any, NoReturn

from periksa.errors import WorkRefused
from periksa.model import Act, ActKind, Case, CaseState, Standing
from periksa.store import Transaction

_SENTENCES = {
    "none": "There is no such case.",
    "many": "So many cases are not changed at one go.",
    "nobody": "Nobody of this name works here.",
    "tag": "A tag is a word or a few, of letters and digits.",
    "tags": "A case does not carry so many tags.",
    "name": "A view needs a name.",
    "settled": "A case among these is settled already.",
    "told": "People were told already, and what was said is not taken back: send a correction.",
    "care": "A case of somebody who wants to die is no rumour: it stays by itself, and is not called spam.",
    "few": "It takes two cases to become one.",
    "all": "Some of the messages must move, and some must stay.",
    "gone": "There is nothing of this kind any more.",
    "undone": "It was undone already.",
    "meanwhile": "Somebody has changed the same thing meanwhile.",
    "part": "The case has become part of another one meanwhile.",
    "again": "An answer that was taken back is given again from the case.",
}


def refuse(word: str) -> NoReturn:
    """Raises: WorkRefused."""
    raise WorkRefused(_SENTENCES[word], word)


def current(case: Case, standing: Standing, name: str) -> Any:
    """The value of a field, whichever of the two has it."""
    return getattr(case if hasattr(case, name) else standing, name)


def take_back(tx: Transaction, act: Act) -> None:
    """The case is as it was before. Raises: WorkRefused if it has changed since, in what the act changed."""
    if act.final:
        refuse("again")
    if act.what in (ActKind.MERGED, ActKind.SPLIT):
        done = tx.acts.part(act) if act.what is ActKind.MERGED else tx.acts.rejoin(act)
        if not done:
            refuse("meanwhile")
        return
    tx.tellings.hold(act.case)
    case = tx.cases.get(act.case)
    if case is None or case.id != act.case:
        refuse("part" if case else "gone")
    if act.before.get("state") is CaseState.ANSWERED:
        refuse("again")
    standing = tx.acts.standing(act.case) or Standing()
    for name, left in act.after.items():
        if current(case, standing, name) != left:
            refuse("meanwhile")
    tx.acts.change(act.case, act.before)
