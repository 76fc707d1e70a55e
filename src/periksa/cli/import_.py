"""`periksa import`: files of publishers into the store, findable when it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from periksa.cli.installation import ConfigFile, opened
from periksa.cli.screen import aside, progress, screen, table
from periksa.errors import IndexUnavailable, InputError

if TYPE_CHECKING:
    from rich.progress import Progress

    from periksa.app import Periksa
    from periksa.ingest import Imported
    from periksa.sources import Parsed, Problem

SHOWN = 20
"""Problems on the screen; the others are counted."""
STRIDE = 1 << 16
"""Bytes between two movements of the bar."""


def run(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Files of fact-checks or news.")],
    problems: Annotated[
        Path | None, typer.Option("--problems", metavar="FILE", help="Write every problem there, one a line.")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Bring in fact-checks and news from files. Importing one again changes nothing.

    Understood are JSON lines, ClaimReview (JSON-LD, as a list or a data feed) and plain text of one article.
    Ends with 1 if nothing could be read, or not all of the files.
    """
    with opened(config, begins=True) as periksa, _written_to(problems) as note:
        outcomes = [_import(periksa, file, note) for file in files]
        imported = {file: outcome for file, outcome in zip(files, outcomes, strict=True) if outcome}
        if imported:
            _report(imported, problems)
            make_findable(periksa)
    if not any(each.read or each.withdrawn for each in imported.values()) or None in outcomes:
        raise typer.Exit(1)


@contextmanager
def _written_to(file: Path | None) -> Iterator[Callable[[Sequence[Problem]], None]]:
    if file is None:
        yield lambda _: None
        return
    try:
        lines = file.open("w", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror or error}.") from error
    with lines:
        yield lambda problems: lines.writelines(f"{_line(problem)}\n" for problem in problems)


def _import(periksa: Periksa, file: Path, note: Callable[[Sequence[Problem]], None]) -> Imported | None:
    """What came of a file; none where it cannot be read, which is said at once."""
    try:
        with _bar() as bar:
            task = bar.add_task(file.name, total=file.stat().st_size if file.exists() else None)
            at = 0

            def read(parsed: Parsed) -> None:
                nonlocal at
                note(parsed.problems)
                if parsed.bytes_read - at >= STRIDE:
                    at = parsed.bytes_read
                    bar.update(task, completed=at)

            return periksa.ingest.import_file(file, read)
    except InputError as error:
        console = aside()
        console.print("Error:", style="bold red", end=" ")
        console.print(error, soft_wrap=True)
        return None


def _bar() -> Progress:
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn

    return progress(
        TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    )


def _report(imported: dict[Path, Imported], written: Path | None) -> None:
    numbers = ("read", "new or changed", "unchanged", "refused")
    rows = table("file", *numbers, numbers=numbers)
    for file, each in imported.items():
        counted = (each.read, each.new_or_changed, each.unchanged, each.refused)
        rows.add_row(file.name, *(f"{count:,}" for count in counted))
    console = screen()
    console.print(rows, "")
    if withdrawn := sum(each.withdrawn for each in imported.values()):
        console.print(f"Taken back by their publishers, and out of the library: {withdrawn:,}\n")
    problems = [problem for each in imported.values() for problem in each.problems]
    more = len(problems[SHOWN:]) + sum(each.more_problems for each in imported.values())
    for problem in problems[:SHOWN]:
        console.print(_line(problem))
    if more:
        console.print(f"and {more:,} more" + (f": all are in {written}" if written else "; --problems FILE writes all"))
    if problems:
        console.print()


def _line(problem: Problem) -> str:
    return f"{problem.where}: {f'{problem.field} {problem.what}'.strip()}"


def make_findable(periksa: Periksa) -> None:
    """Walk the *index* jobs here and now, and say so; what another process has in hand, or holds up, is left to it."""
    with progress() as bar:
        task = bar.add_task("Indexing", total=_waiting(periksa))
        try:
            periksa.ingest.index_waiting(lambda done: bar.advance(task, done))
            found = periksa.index.count()
        except IndexUnavailable as error:
            aside().print(f"Stored, but not findable yet: {error}", soft_wrap=True)
            return
    screen().print(f"{found:,} articles can be found.")


def _waiting(periksa: Periksa) -> int:
    from periksa.model import JobKind

    counts = periksa.store.read(lambda tx: tx.jobs.counts())
    return sum(count for (kind, _), count in counts.items() if kind is JobKind.INDEX)
