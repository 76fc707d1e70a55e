"""`periksa ask`: one question, answered as a person on any channel would be, and why."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from periksa.cli.installation import ConfigFile, opened
from periksa.cli.screen import aside, screen
from periksa.cli.why import record, told

if TYPE_CHECKING:
    from rich.text import Text

    from periksa.model import Line, Message, Reply


def run(
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help="The question. A dash reads standard input.")],
    why: Annotated[bool, typer.Option("--why", help="Show every candidate and what speaks for it.")] = False,
    language: Annotated[
        str, typer.Option(metavar="CODE", help="The language of the reply. [default: the question's]")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Print reply and reasons for a program.")] = False,
    config: ConfigFile = None,
) -> None:
    """Ask, and see the reply a person would get. Nothing is stored or sent."""
    from periksa.answers.word import word
    from periksa.app import clock

    question = sys.stdin.read() if text == ["-"] else " ".join(text)
    with opened(config) as periksa:
        settings = periksa.config
        finding = periksa.finder.find(_message(question))
        if not periksa.index.count():
            aside().print("The library is empty: periksa import FILE")
    reply = word(finding.decision, _known(language) or finding.query.language, clock().date())
    if json:
        _print_json({"reply": _record(reply), **record(finding.decision, settings.answers)})
        return
    _print_panel(reply, settings.name)
    if why:
        screen().print("", *told(finding.decision, settings.answers), sep="\n")


def _message(text: str) -> Message:
    from periksa.app import clock
    from periksa.model import Message, MessageKind

    now = clock()
    return Message("ask", "", "console", "ask", MessageKind.TEXT, now, now, text=text)


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


def _record(reply: Reply) -> dict[str, object]:
    return {"text": reply.text, "options": [{"id": each.id, "title": each.title} for each in reply.options]}


def _print_json(record: dict[str, object]) -> None:
    import json

    typer.echo(json.dumps(record, ensure_ascii=False, indent=2))
