"""`periksa resend`: what was given up, and another chance for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.cli.conftest import opened

from periksa.app import clock
from periksa.model import Job, JobKind, JobState, Outgoing, Reply, Status, StatusKind
from periksa.store import Transaction

WORDS = "Salah: klaim itu keliru."


@pytest.fixture
def given_up(filled: Any) -> None:
    """Two replies that were given up, one of them in doubt after two sends; and another kind of job."""

    def give_up(tx: Transaction) -> None:
        for id in ("r-1", "r-2"):
            tx.outbox.add(Outgoing(id, "c-rina", "whatsapp", Reply(WORDS), created_at=clock()))
            tx.jobs.add([Job(JobKind.SEND, id, "c-rina")], clock())
        tx.jobs.add([Job(JobKind.INDEX, "uji-1")], clock())
        for _ in range(2):
            tx.outbox.begin("r-2", clock())
        why = {"r-1": "this address cannot receive messages", "r-2": "sent twice, and the platform confirmed neither"}
        for job in tx.jobs.list(JobState.READY):
            tx.jobs.bury(job.id, why.get(job.key, "no index"))

    with opened() as installation:
        installation.workers.drain()
        installation.store.write(give_up).result()


def jobs(state: JobState) -> list[str]:
    with opened() as installation:
        return [job.key for job in installation.store.read(lambda tx: tx.jobs.list(state))]


def test_what_was_given_up_is_listed_with_its_reason_and_without_words(
    given_up: None, periksa: Callable[..., Any]
) -> None:
    result = periksa("resend")
    assert result.exit_code == 0
    assert "r-1" in result.stdout
    assert "this address cannot receive" in result.stdout
    assert "no index" not in result.stdout
    assert WORDS not in result.stdout
    assert jobs(JobState.DEAD) == ["r-1", "r-2", "uji-1"], "looking changes nothing"


def test_one_is_sent_again(given_up: None, periksa: Callable[..., Any]) -> None:
    assert "1 will be sent again" in periksa("resend", "r-1").stdout
    assert jobs(JobState.READY) == ["r-1"]


def test_all_are_sent_again_even_what_was_in_doubt(given_up: None, periksa: Callable[..., Any]) -> None:
    assert "2 will be sent again" in periksa("resend", "--all").stdout
    assert jobs(JobState.READY) == ["r-1", "r-2"]
    assert jobs(JobState.DEAD) == ["uji-1"]
    with opened() as installation:
        doubtful = installation.store.read(lambda tx: tx.outbox.get("r-2"))
    assert doubtful
    assert doubtful.attempted_at is None, "the operator decided"


def test_one_that_was_reported_as_not_delivered_goes_out_as_a_reply_of_its_own(
    given_up: None, periksa: Callable[..., Any]
) -> None:
    """Under its own id it counts as settled: the sending shift would only give it up again."""
    failed = Status("whatsapp", "wamid.OUT1", StatusKind.FAILED, clock(), reply_id="r-1", code=131026)
    with opened() as installation:
        installation.store.write(lambda tx: tx.outbox.settle(failed)).result()
    assert "1 will be sent again" in periksa("resend", "r-1").stdout
    assert jobs(JobState.READY) == ["r-1~2"]
    assert "r-1" not in jobs(JobState.DEAD)
    with opened() as installation:
        again = installation.store.read(lambda tx: tx.outbox.get("r-1~2"))
    assert again
    assert (again.status, again.platform_id, again.reply.text) == (None, "", WORDS)


def test_a_reply_that_was_not_given_up_is_an_error(given_up: None, periksa: Callable[..., Any]) -> None:
    result = periksa("resend", "r-1", "r-9")
    assert result.exit_code == 1
    assert "No reply was given up under r-9" in str(result.exception)
    assert jobs(JobState.READY) == []


def test_nothing_to_send(filled: Any, periksa: Callable[..., Any]) -> None:
    assert periksa("resend").stdout == "No reply was given up.\n"


def test_the_doctor_sends_what_was_reported_as_failed_under_another_id_too(
    given_up: None, periksa: Callable[..., Any]
) -> None:
    failed = Status("whatsapp", "wamid.1", StatusKind.FAILED, clock(), reply_id="r-1", code=131026)
    with opened() as installation:
        installation.store.write(lambda tx: tx.outbox.settle(failed)).result()
    periksa("doctor", "--revive")
    assert jobs(JobState.DEAD) == []
    assert jobs(JobState.READY) == ["r-2", "uji-1", "r-1~2"]
