"""`periksa ask`: one question, answered as a person on any channel would be, and why."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from periksa.cli.installation import ConfigFile, opened
from periksa.cli.screen import aside, screen
from periksa.cli.timeline import rows
from periksa.cli.why import told

if TYPE_CHECKING:
    from pathlib import Path

    from rich.text import Text

    from periksa.app import Periksa
    from periksa.model import Line, Reply


def run(
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help="The question. A dash reads standard input.")],
    why: Annotated[bool, typer.Option("--why", help="Tell what speaks for and against every candidate.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="With --why: every feature of every candidate.")] = False,
    language: Annotated[
        str, typer.Option(metavar="CODE", help="The language of reply and reasons. [default: the question's]")
    ] = "",
    timeline: Annotated[bool, typer.Option("--timeline", help="Instead: who said what about it, and when.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print reply and reasons for a program.")] = False,
    config: ConfigFile = None,
) -> None:
    """Ask, and see the reply a person would get. Nothing is stored or sent."""
    question = sys.stdin.read() if text == ["-"] else " ".join(text)
    if timeline and why:
        raise typer.BadParameter("give either --why or --timeline.")
    if timeline:
        _show_timeline(question, _known(language), config, json)
        return
    with opened(config) as periksa:
        asked = periksa.asking.ask(question, _known(language))
        name = periksa.config.name
        _note_emptiness(periksa)
    if json:
        _print_json(asked.record())
        return
    _print_panel(asked.reply, name)
    if why:
        screen().print("", *told(asked, everything), sep="\n")


def _note_emptiness(periksa: Periksa) -> None:
    """Say it where nothing can be found, and why."""
    if periksa.index.count():
        return
    stored = periksa.store.read(lambda tx: tx.articles.count())
    waits = f"None of {stored:,} articles can be found yet: start periksa serve"
    aside().print(waits if stored else "The library is empty: periksa import FILE")


def _show_timeline(question: str, language: str, config: Path | None, json: bool) -> None:
    with opened(config) as periksa:
        said = periksa.asking.timeline(question, language)
    if json:
        _print_json(said.record())
        return
    if not said.speakers:
        aside().print("Nobody is quoted about this in the news of the library.")
    for row in said.speakers:
        screen().print(rows(row, said.language), "")


def _known(language: str) -> str:
    from periksa.lang import LANGUAGES

    if language and language not in LANGUAGES:
        raise typer.BadParameter(f"there is no language {language!r}; there are: {', '.join(LANGUAGES)}.")
    return language


def _print_panel(reply: Reply, name: str) -> None:
    from rich.panel import Panel

    screen().print(Panel(words(reply), title=name, title_align="left", padding=(1, 2)))


def words(said: Reply | Line) -> Text:
    """The text with its *bold* parts, as a chat app shows them, and the options as numbered lines."""
    from rich.text import Text

    lines = [f"{number}. {each.title}\n   {each.description}" for number, each in enumerate(said.options, 1)]
    shown = Text("\n".join([said.text, *([""] if lines else []), *(line.rstrip() for line in lines)]))
    shown.highlight_regex(r"\*[^*\n]+\*", "bold")
    return shown


def _print_json(record: dict[str, object]) -> None:
    import json

    typer.echo(json.dumps(record, ensure_ascii=False, indent=2))
