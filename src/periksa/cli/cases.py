"""`periksa cases`: what people asked and nobody checked yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from periksa.cli.installation import ConfigFile, opened
from periksa.cli.screen import screen, table
from periksa.errors import CaseError

if TYPE_CHECKING:
    from periksa.app import Periksa
    from periksa.model import Case
    from periksa.store import Transaction

SHORT = 8
"""Characters of a case's id that are shown; any beginning that fits one open case alone is understood."""
MOST = 10_000
"""Open cases among which a beginning is looked for."""
ASKERS = 20
"""People whose words are shown."""

By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who does this, for the log.")]


def run(
    case: Annotated[
        str, typer.Argument(metavar="[CASE]", help="Show this one: who asked what, and what is near.")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="Cases shown.")] = 20,
    close: Annotated[bool, typer.Option("--close", help="Close this case: it will not be answered.")] = False,
    by: By = "operator",
    config: ConfigFile = None,
) -> None:
    """List the questions that nobody answered yet, most asked first, or show or close one.

    Answer one with `periksa answer CASE ARTICLE`: everyone who asked is told.
    """
    with opened(config) as periksa:
        if not case:
            if close:
                raise CaseError("Which one? `periksa cases CASE --close` closes one.")
            _list(periksa, limit)
            return
        one = found(periksa, case)
        if close:
            periksa.review.close(one.id, by)
            screen().print(f"Case {one.id[:SHORT]} is closed; nobody is told.")
            return
        _show(periksa, one)


def found(periksa: Periksa, beginning: str) -> Case:
    """The open case whose id begins like this. Raises: CaseError if there is none, or more than one."""
    from periksa.model import CaseState

    cases = periksa.store.read(lambda tx: tx.cases.list(CaseState.OPEN, MOST))
    fitting = [case for case in cases if case.id.startswith(beginning)]
    if not fitting:
        raise CaseError(f"There is no open case {beginning!r}; `periksa cases` lists them.")
    if len(fitting) > 1:
        raise CaseError(f"{len(fitting)} cases begin with {beginning!r}; give more of the id.")
    return fitting[0]


def _list(periksa: Periksa, limit: int) -> None:
    from periksa.lang.mask import masked
    from periksa.model import CaseState

    cases, counts = periksa.store.read(lambda tx: (tx.cases.list(CaseState.OPEN, limit), tx.cases.counts()))
    console = screen()
    if not cases:
        console.print("No open cases: everything that was asked is answered.")
        return
    rows = table("case", "asked", "since", "question", numbers=("asked",))
    for case in cases:
        rows.add_row(
            case.id[:SHORT], f"{case.asked:,}", f"{case.opened_at:%Y-%m-%d %H:%M}", masked(" ".join(case.text.split()))
        )
    console.print(rows)
    console.print(f"\n{counts.get(CaseState.OPEN, 0):,} open. Answer one: periksa answer CASE ARTICLE")


def _show(periksa: Periksa, case: Case) -> None:
    from periksa.lang.mask import masked

    waiting, words = periksa.store.read(lambda tx: _askers(tx, case))
    console = screen()
    console.print(f"Case {case.id} · asked {case.asked:,} times since {case.opened_at:%Y-%m-%d %H:%M}", style="bold")
    console.print(masked(case.text))
    for other in words:
        console.print(f"· {masked(other)}")
    console.print(f"\n{waiting:,}{'+' if waiting == ASKERS else ''} wait for the answer.")
    _near(periksa, case)


def _askers(tx: Transaction, case: Case) -> tuple[int, list[str]]:
    """How many wait, and their words where they are others."""
    waiting = tx.cases.waiting(case.id, ASKERS)
    asked = (tx.messages.get(each.message) for each in waiting)
    words = dict.fromkeys(" ".join(message.text.split()) for message in asked if message and message.text)
    words.pop(" ".join(case.text.split()), None)
    return len(waiting), list(words)


def _near(periksa: Periksa, case: Case) -> None:
    """The fact-checks that come nearest, to choose from."""
    from periksa.model import Message, MessageKind

    asked = Message("", "", "", "", MessageKind.TEXT, case.opened_at, case.opened_at, text=case.text)
    matches = periksa.finder.find(asked).decision.matches[:3]
    if not matches:
        return
    rows = table("article", "probability", "title", numbers=("probability",))
    for match in matches:
        rows.add_row(match.article.id, f"{match.score:.2f}", match.article.title)
    screen().print("\nNearest in the library:", rows, sep="\n")
