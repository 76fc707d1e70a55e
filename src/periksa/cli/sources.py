"""`periksa sources`: the sites that can be visited, and how those do that are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from periksa.cli.installation import ConfigFile, opened
from periksa.cli.screen import screen, table
from periksa.errors import ConfigError

if TYPE_CHECKING:
    from datetime import datetime

    from periksa.app import Periksa
    from periksa.config import SourcesSettings
    from periksa.visiting.health import Health

MOST = 200
"""Problems of one site on the screen."""


def run(
    site: Annotated[str, typer.Argument(metavar="[SITE]", help="List what is wrong at this one.")] = "",
    all: Annotated[bool, typer.Option("--all", help="List every profile there is, visited or not.")] = False,
    profile: Annotated[
        bool, typer.Option("--profile", help="Print the profile of SITE, for a copy of yours in sources.folder.")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """List the sites that are visited and how they do, or the problems of one."""
    with opened(config) as periksa:
        if profile:
            _print(site, Path(periksa.config.sources.folder).expanduser())
        elif all:
            _profiles(periksa.config.sources)
        elif site:
            _problems(periksa, site)
        else:
            _health(periksa)


def _print(site: str, folder: Path) -> None:
    from periksa.sources.profiles import text_of

    typer.echo(text_of(site, folder), nl=False)


def _profiles(settings: SourcesSettings) -> None:
    from periksa.sources.profiles import profiles

    rows = table("site", "publisher", "publishes", "visited", "checked against")
    rows.columns[0].no_wrap = True  # it is what one copies
    for each in profiles(Path(settings.folder).expanduser()):
        visited = "waits for your word" if each.ask_first else "yes" if each.name in settings.names else "no"
        rows.add_row(each.name, each.outlet, each.publishes, visited, each.checked)
    screen().print(rows, "\nSwitch one on: name it in sources.sites (PERIKSA_SOURCES_SITES).", sep="\n")


def _health(periksa: Periksa) -> None:
    from periksa.app import clock

    found = periksa.visiting.health()
    console = screen()
    if not found:
        console.print("No site is switched on. `periksa sources --all` lists what can be: name some in sources.sites.")
        return
    numbers = ("a week", "expected", "problems", "waiting")
    rows = table("site", "visited", *numbers, "to look at", numbers=numbers)
    for each in found:
        counts = (f"{each.brought:,}", f"{each.site.a_week:g}", f"{each.troubles:,}", f"{each.waiting:,}")
        wrong, _ = each.warning(clock(), periksa.visiting.every)
        rows.add_row(each.site.name, _visited(each), *counts, wrong)
    console.print(rows)
    if any(each.troubles for each in found):
        console.print("\nSee what is wrong: periksa sources SITE")


def _visited(health: Health) -> str:
    return _time(health.visit.last_at) if health.visit and health.visit.last_at else "never"


def _problems(periksa: Periksa, site: str) -> None:
    from periksa.visiting.errand import sentence

    if site not in periksa.visiting.sites:
        raise ConfigError(f"{site} is not switched on: add it to sources.sites; `periksa sources --all` lists all.")
    counts, found = periksa.store.read(lambda tx: (tx.visits.trouble_counts(), tx.visits.troubles(site, MOST)))
    console = screen()
    for each in found:
        console.print(sentence(each), soft_wrap=True)
        often = f"{each.count:,} times since {_time(each.first_at)}, last" if each.count > 1 else "once,"
        console.print(f"  {often} {_time(each.last_at)}", style="dim")
    total = counts.get(site, 0)
    many = f"{total:,} problem" if total == 1 else f"{total:,} problems"
    console.print(f"\n{many}." if total else f"{site} has no problems.")


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
