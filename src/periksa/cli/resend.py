"""`periksa resend`: replies that were given up, and another chance for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from periksa.cli.installation import ConfigFile, opened
from periksa.cli.screen import screen, table
from periksa.errors import InputError

if TYPE_CHECKING:
    from periksa.model import Job
    from periksa.store import Transaction

MOST = 10_000
"""Jobs looked at."""


def run(
    replies: Annotated[list[str] | None, typer.Argument(metavar="REPLY", help="Replies to send, by their id.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Send every reply that was given up.")] = False,
    config: ConfigFile = None,
) -> None:
    """List the replies that were given up, or send them once more.

    A reply that was sent twice without a word from the platform is sent a third time: the person may see it again.
    """
    from periksa.app import clock
    from periksa.sending.reviving import revive

    with opened(config) as periksa:
        dead = periksa.store.read(_given_up)
        if not replies and not all_:
            _show(dead)
            return
        chosen = dead if all_ else [job for job in dead if job.key in set(replies or ())]
        if unknown := set(replies or ()) - {job.key for job in chosen}:
            raise InputError(f"No reply was given up under {', '.join(sorted(unknown))}; `periksa resend` lists them.")
        at = clock()
        count = periksa.store.write(lambda tx: revive(tx, chosen, at)).result()
    screen().print(f"{count:,} will be sent again by the next free worker (periksa serve, periksa work).")


def _given_up(tx: Transaction) -> list[Job]:
    from periksa.model import JobKind, JobState

    return [job for job in tx.jobs.list(JobState.DEAD, MOST) if job.kind is JobKind.SEND]


def _show(dead: list[Job]) -> None:
    if not dead:
        screen().print("No reply was given up.")
        return
    made = table("reply", "since", "why")
    for job in dead:
        made.add_row(job.key, f"{job.created_at:%Y-%m-%d %H:%M}" if job.created_at else "", job.error)
    screen().print(made)
    screen().print("\nSend one again: periksa resend REPLY. All: periksa resend --all")
