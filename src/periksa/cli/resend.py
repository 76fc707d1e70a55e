"""`periksa resend`: replies that were given up, and another chance for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from periksa.cli.installation import ConfigFile, opened
from periksa.cli.screen import screen, table
from periksa.errors import InputError

if TYPE_CHECKING:
    from periksa.model import Job, Outgoing
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
    with opened(config) as periksa:
        dead = periksa.store.read(_given_up)
        if not replies and not all_:
            _show(dead)
            return
        chosen = dead if all_ else [job for job in dead if job.key in set(replies or ())]
        if unknown := set(replies or ()) - {job.key for job in chosen}:
            raise InputError(f"No reply was given up under {', '.join(sorted(unknown))}; `periksa resend` lists them.")
        count = periksa.store.write(lambda tx: _revive(tx, chosen)).result()
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


def _revive(tx: Transaction, dead: list[Job]) -> int:
    """The operator decides what nobody else may: a reply in doubt is out of doubt.

    One that the platform took and then reported as failed is settled under its id, and goes out under another.
    """
    from periksa.app import clock
    from periksa.model import StatusKind

    renewed = 0
    for job in dead:
        outgoing = tx.outbox.get(job.key)
        if outgoing and outgoing.status is StatusKind.FAILED:
            renewed += _renew(tx, job, outgoing)
        elif outgoing and outgoing.attempted_at:
            tx.outbox.unbegin(outgoing.id)
    return renewed + tx.jobs.revive([job.id for job in dead], clock())


def _renew(tx: Transaction, job: Job, failed: Outgoing) -> bool:
    from periksa.app import clock
    from periksa.model import Job, JobKind
    from periksa.sending import anew

    reply = anew(failed)
    tx.jobs.finish([job.id])
    if not tx.outbox.add(reply):
        return False
    return tx.jobs.add([Job(JobKind.SEND, reply.id, reply.contact)], clock()) == 1
