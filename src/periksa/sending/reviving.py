"""Another chance for what was given up: the operator decides what nobody else may."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from periksa.model import Job, JobKind, Outgoing, StatusKind
from periksa.sending import anew
from periksa.store import Transaction


def revive(tx: Transaction, dead: Sequence[Job], at: datetime) -> int:
    """How many jobs are tried again. A reply in doubt is out of doubt.

    One that the platform took and then reported as failed is settled under its id, and goes out under another.
    """
    renewed = 0
    for job in dead:
        outgoing = tx.outbox.get(job.key) if job.kind is JobKind.SEND else None
        if outgoing and outgoing.status is StatusKind.FAILED:
            renewed += _renew(tx, job, outgoing, at)
        elif outgoing and outgoing.attempted_at:
            tx.outbox.unbegin(outgoing.id)
    return renewed + tx.jobs.revive([job.id for job in dead], at)


def _renew(tx: Transaction, job: Job, failed: Outgoing, at: datetime) -> bool:
    reply = anew(failed)
    tx.jobs.finish([job.id])
    if not tx.outbox.add(reply):
        return False
    return tx.jobs.add([Job(JobKind.SEND, reply.id, reply.contact)], at) == 1
