"""`periksa broadcast`: a fact-check to everyone who follows; first who that would be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from periksa.cli.cases import By
from periksa.cli.installation import ConfigFile, opened
from periksa.cli.screen import screen, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from periksa.model import Plan


COUNTED = ("inside the window", "outside it", "have it already")


def run(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="The fact-check to send, by its id.")],
    topic: Annotated[
        str,
        typer.Option(
            "--topic",
            help="Only to who follows this topic (health, kesehatan …), or everything. [default: all followers]",
        ),
    ] = "",
    send: Annotated[bool, typer.Option("--send", help="Send it; without this, show who would get it.")] = False,
    by: By = "operator",
    config: ConfigFile = None,
) -> None:
    """Show who would get a fact-check that is broadcast, or send it. The same one reaches everybody once."""
    from periksa.answers.word import broadcast
    from periksa.app import clock

    with opened(config) as periksa:
        chosen = periksa.broadcast.article(article)
        plan = periksa.broadcast.plan(article, topic)
        console = screen()
        console.print(broadcast(chosen, periksa.config.language, clock().date()).text, "", sep="\n")
        console.print(_planned(plan, template=bool(periksa.config.broadcast.template)), soft_wrap=True)
        new = sum(each.inside + each.outside for each in plan)
        if plan and not new:
            console.print("Everybody who follows this has it already; nothing is sent twice.")
        elif send and plan:
            periksa.broadcast.send(article, topic, by)
            console.print("It is on its way: a free worker hands it to the senders.")
        elif plan:
            console.print("Nothing was sent. Add --send to send it.")


def _planned(plan: Sequence[Plan], *, template: bool) -> object:
    """Who, by channel: words are free of charge, a template is what the platform bills."""
    from rich.console import Group
    from rich.text import Text

    if not plan:
        return Text("Nobody follows this.")
    rows = table("channel", "inside the window", "outside it", "have it already", numbers=COUNTED)
    for each in plan:
        rows.add_row(each.channel, f"{each.inside:,}", f"{each.outside:,}", f"{each.already:,}")
    outside = sum(each.outside for each in plan)
    cost = (
        f"{outside:,} templates would be billed." if template else f"{outside:,} are left out: no broadcast.template."
    )
    return Group(rows, Text(f"\n{cost}" if outside else ""))
