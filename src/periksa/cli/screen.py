"""What the commands' screens share: where they write and how a table looks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn
    from rich.table import Table


def screen() -> Console:
    """Standard output. Texts are shown as they are: brackets in them are no markup."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


def aside() -> Console:
    """Standard error: for progress and notes, which do not belong into a result that is piped on."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def progress(*columns: ProgressColumn) -> Progress:
    """Bars on standard error while something takes long; nothing where nobody watches."""
    from rich.progress import Progress

    console = aside()
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def table(*columns: str, numbers: Iterable[str] = ()) -> Table:
    """A table with one line, under its head. Nothing in it is cut off: long cells go on in the next line.

    Columns named in `numbers` are aligned to the right.
    """
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold", justify="right" if column in numbers else "left")
    return made
