"""`periksa sync`: visits publishers now, and brings in what is new, changed or withdrawn."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from periksa.cli.import_ import make_findable
from periksa.cli.installation import ConfigFile, opened
from periksa.cli.screen import aside, progress, screen, table
from periksa.errors import ConfigError

if TYPE_CHECKING:
    from rich.progress import Progress

    from periksa.app import Periksa
    from periksa.sources.site import Site
    from periksa.visiting import Outcome

SHOWN = 20
"""Troubles on the screen; the others are counted."""
AT_ONCE = 8
"""Sites visited at the same time."""

Report = Callable[["Outcome"], None]


def run(
    sites: Annotated[
        list[str] | None, typer.Argument(metavar="[SITE]", help="Only these of the sites that are switched on.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would be fetched, and keep nothing.")] = False,
    config: ConfigFile = None,
) -> None:
    """Visit the sites of sources.sites now, and bring in what is new, changed or withdrawn.

    Ctrl-C stops it after the page in hand; the next visit goes on there. Ends with 1 if a site could not be visited.
    """
    logging.getLogger("periksa.visiting").addHandler(logging.NullHandler())  # what it would say, we do
    from periksa.config import load
    from periksa.visiting import chosen

    settings = load(config).config.sources
    wanted = _wanted(chosen(settings.names, Path(settings.folder).expanduser()), sites or [])
    with opened(config, begins=True) as periksa:
        if dry_run:
            _preview(periksa, wanted)
            return
        outcomes = _visited(periksa, wanted)
        _report(outcomes, [] if sites else list(periksa.visiting.sites))
        make_findable(periksa)
    if any(outcome is None or not outcome.reached for outcome in outcomes.values()):
        raise typer.Exit(1)


def _wanted(switched_on: Sequence[Site], names: Sequence[str]) -> list[Site]:
    """Raises: ConfigError for a site that is not switched on, or waits for the operator's word."""
    known = {site.name: site for site in switched_on}
    if not known:
        raise ConfigError("No site is switched on: name some in sources.sites; `periksa sources --all` lists them.")
    if unknown := [name for name in names if name not in known]:
        raise ConfigError(f"{unknown[0]} is not switched on: add it to sources.sites; there are: {', '.join(known)}.")
    wanted = [known[name] for name in names or known]
    if refused := [site for site in wanted if site.ask_first and names]:
        raise ConfigError(f"{refused[0].name} waits for your word. {refused[0].ask_first}")
    return [site for site in wanted if not site.ask_first]


def _preview(periksa: Periksa, sites: Sequence[Site]) -> None:
    rows = table("site", "would be fetched", "because")
    total = 0
    for site in sites:
        for url, why in periksa.visiting.preview(site):
            rows.add_row(site.name, url, why)
            total += 1
    screen().print(rows, f"\n{total:,} addresses, and what those lead to. Nothing was kept.", sep="\n")


def _visited(periksa: Periksa, sites: Sequence[Site]) -> dict[str, Outcome | None]:
    """What came of each; none where somebody else is there."""
    with _bar() as bar, ThreadPoolExecutor(AT_ONCE) as pool:
        tasks = [pool.submit(_visit, periksa, site, _shown(bar, site)) for site in sites]
        try:
            return {site.name: task.result() for site, task in zip(sites, tasks, strict=True)}
        except KeyboardInterrupt:
            aside().print("Stopping after the page in hand; the next visit goes on there.")
            periksa.visiting.stop()
            return {site.name: task.result() for site, task in zip(sites, tasks, strict=True)}


def _visit(periksa: Periksa, site: Site, report: Report) -> Outcome | None:
    """All legs of a visit."""
    total = periksa.visiting.leg(site, report, starts=True)
    while total and total.waiting and not total.tired:
        more = periksa.visiting.leg(site, report, starts=False)
        if more is None:
            break
        total.add(more)
    return total


def _bar() -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn

    return progress(
        TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    )


def _shown(bar: Progress, site: Site) -> Report:
    """A bar of this site: requests made, of those that are known to be needed."""
    task, legs = bar.add_task(site.name, total=None), dict[int, int]()

    def show(outcome: Outcome) -> None:
        legs[id(outcome)] = outcome.requests
        done = sum(legs.values())
        bar.update(task, completed=done, total=done + outcome.waiting)

    return show


def _report(outcomes: dict[str, Outcome | None], meant: Sequence[str]) -> None:
    """What came of each; `meant` are all that were to be visited."""
    numbers = ("asked", "same", "listed", "new", "changed", "gone", "problems", "left")
    rows = table("site", *numbers, numbers=numbers)
    for name, each in outcomes.items():
        if each:
            counts = (each.requests, each.unchanged, each.listed, each.new, each.changed, each.gone)
            rows.add_row(name, *(f"{count:,}" for count in (*counts, len(each.problems), each.waiting)))
    console = screen()
    console.print(rows, "")
    for name in [name for name, each in outcomes.items() if each is None]:
        console.print(f"{name}: somebody else visits it now.")
    for name in meant:
        if name not in outcomes:
            console.print(f"{name} waits for your word: periksa doctor says for which.")
    _say(outcomes)


def _say(outcomes: dict[str, Outcome | None]) -> None:
    """Problems that were not known before, and listings that cannot be read, however long that is known."""
    from periksa.visiting.errand import sentence

    said = [sentence(trouble) for each in outcomes.values() if each for trouble in each.problems]
    console = screen()
    for one in said[:SHOWN]:
        console.print(one, soft_wrap=True)
    if len(said) > SHOWN:
        console.print(f"and {len(said) - SHOWN:,} more; `periksa sources SITE` lists those of a site")
