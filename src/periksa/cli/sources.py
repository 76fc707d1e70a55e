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
    pages: Annotated[
        list[Path] | None, typer.Argument(metavar="[PAGE]...", help="With --try: pages of its articles, saved as HTML.")
    ] = None,
    all: Annotated[bool, typer.Option("--all", help="List every profile there is, visited or not.")] = False,
    profile: Annotated[
        bool, typer.Option("--profile", help="Print the profile of SITE, for a copy of yours in sources.folder.")
    ] = False,
    try_: Annotated[
        bool,
        typer.Option("--try", help="Read PAGEs by the profile of SITE, or by a profile's file; nothing is fetched."),
    ] = False,
    config: ConfigFile = None,
) -> None:
    """List the sites that are visited and how they do, or the problems of one.

    With --try, ends with 1 if a page gives no article.
    """
    from periksa.cli.trying import tried
    from periksa.config import load

    settings = load(config).config.sources
    folder = Path(settings.folder).expanduser()
    if try_ != bool(pages):
        raise typer.BadParameter("--try and the pages to be tried belong together: periksa sources SITE PAGE --try")
    if try_:
        if not tried(site, folder, pages or []):
            raise typer.Exit(1)
    elif profile:
        _print(site, folder)
    elif all:
        _profiles(settings, folder)
    elif not (site or settings.names):
        screen().print("No site is switched on. `periksa sources --all` lists what can be: name some in sources.sites.")
    elif site and site not in settings.names:
        raise ConfigError(f"{site} is not switched on: add it to sources.sites; `periksa sources --all` lists all.")
    else:
        with opened(config) as periksa:
            _problems(periksa, site) if site else _health(periksa)


def _print(site: str, folder: Path) -> None:
    from periksa.sources.profiles import text_of

    typer.echo(text_of(site, folder), nl=False)


def _profiles(settings: SourcesSettings, folder: Path) -> None:
    from periksa.sources.profiles import profiles

    rows = table("site", "publisher", "publishes", "visited", "checked against")
    rows.columns[0].no_wrap = True  # it is what one copies
    for each in profiles(folder):
        visited = "waits for your word" if each.ask_first else "yes" if each.name in settings.names else "no"
        rows.add_row(each.name, each.outlet, each.publishes, visited, each.checked)
    screen().print(rows, "\nSwitch one on: name it in sources.sites (PERIKSA_SOURCES_SITES).", sep="\n")


def _health(periksa: Periksa) -> None:
    from periksa.app import clock

    found = periksa.visiting.health()
    console = screen()
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
