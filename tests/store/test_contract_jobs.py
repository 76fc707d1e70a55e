"""What every store promises about jobs: each done by one worker at a time, lanes in order, none lost."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from periksa.model import Job, JobKind, JobState
from periksa.store import Store, Transaction
from periksa.store.memory import MemoryStore

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ALL = tuple(JobKind)


def later(minutes: float) -> datetime:
    return NOON + minutes * MINUTE


def answer(key: str, lane: str = "", not_before: datetime | None = None) -> Job:
    return Job(JobKind.ANSWER, key, lane, not_before)


def claim(do: Any, kinds: Sequence[JobKind] = ALL, limit: int = 10, now: datetime = NOON) -> list[Job]:
    jobs: list[Job] = do(lambda shelf: shelf.jobs.claim(kinds, limit, now, MINUTE))
    return jobs


def keys(jobs: Sequence[Job]) -> list[str]:
    return [job.key for job in jobs]


@pytest.fixture
def add(do: Any) -> Any:
    return lambda *jobs: do(lambda shelf: shelf.jobs.add(jobs, NOON))


@pytest.fixture
def listed(store: Store) -> Any:
    return lambda state: store.read(lambda shelf: shelf.jobs.list(state))


def test_a_job_is_queued_as_a_fresh_one(add: Any, listed: Any) -> None:
    assert add(replace(answer("m-1", "siti", later(5)), state=JobState.DEAD, attempts=7, error="x", id=9)) == 1
    [job] = listed(JobState.READY)
    assert job == replace(answer("m-1", "siti", later(5)), id=job.id, created_at=NOON)


def test_what_is_ready_is_not_queued_twice(add: Any, do: Any, listed: Any) -> None:
    assert add(answer("m-1"), answer("m-2"), answer("m-1")) == 2
    assert add(answer("m-2"), Job(JobKind.SEND, "m-2"), answer("m-3")) == 2
    assert add() == 0
    claim(do)
    assert add(answer("m-1")) == 1
    assert keys(listed(JobState.READY)) == ["m-1"]


def test_the_oldest_due_jobs_of_the_kinds_asked_for_are_leased(add: Any, do: Any, listed: Any) -> None:
    add(answer("m-1"), Job(JobKind.SEND, "o-1"), Job(JobKind.INDEX, "a-1"), answer("m-2"), Job(JobKind.SEND, "o-2"))
    claimed = claim(do, [JobKind.SEND, JobKind.ANSWER], limit=3)
    assert keys(claimed) == ["m-1", "o-1", "m-2"]
    assert all((job.state, job.attempts, job.leased_until) == (JobState.LEASED, 1, later(1)) for job in claimed)
    assert listed(JobState.LEASED) == claimed
    assert keys(claim(do)) == ["a-1", "o-2"]
    assert claim(do) == []


def test_nothing_is_claimed_for_no_kind_or_no_room(add: Any, do: Any) -> None:
    add(answer("m-1"))
    assert claim(do, []) == []
    assert claim(do, limit=0) == []


def test_a_job_waits_for_its_time(add: Any, do: Any) -> None:
    add(answer("m-1", not_before=later(5)), answer("m-2"))
    assert keys(claim(do)) == ["m-2"]
    assert claim(do, now=later(0.5)) == []
    assert keys(claim(do, now=later(5))) == ["m-1", "m-2"]


def test_a_lease_that_ran_out_may_be_claimed_again(add: Any, do: Any) -> None:
    add(answer("m-1"))
    claim(do)
    assert claim(do, now=later(0.99)) == []
    [again] = claim(do, now=later(1))
    assert (again.attempts, again.leased_until) == (2, later(2))


def test_several_of_a_lane_may_come_in_one_claim_in_order(add: Any, do: Any) -> None:
    add(answer("m-1", "siti"), answer("m-2", "budi"), answer("m-3", "siti"))
    assert keys(claim(do)) == ["m-1", "m-2", "m-3"]


def test_a_lane_is_held_while_its_elder_is_leased(add: Any, do: Any) -> None:
    add(answer("m-1", "siti"), answer("m-2", "siti"), answer("m-3", "budi"), answer("m-4"))
    [elder] = claim(do, limit=1)
    assert keys(claim(do)) == ["m-3", "m-4"]
    do(lambda shelf: shelf.jobs.finish([elder.id]))
    assert keys(claim(do)) == ["m-2"]


def test_a_lane_is_held_while_its_elder_waits(add: Any, do: Any) -> None:
    add(answer("m-1", "siti"), answer("m-2", "siti"))
    [elder] = claim(do, limit=1)
    do(lambda shelf: shelf.jobs.retry(elder.id, later(5), "jaringan putus"))
    assert claim(do, now=later(4)) == []
    assert keys(claim(do, now=later(5))) == ["m-1", "m-2"]


def test_an_elder_does_not_wait_for_a_younger_one(add: Any, do: Any) -> None:
    add(answer("m-1", "siti"), answer("m-2", "siti", later(5)), answer("m-3", "siti"))
    assert keys(claim(do)) == ["m-1"]


def test_a_lane_is_one_workers_at_a_time(add: Any, do: Any) -> None:
    add(answer("m-1", "siti"), answer("m-2", "siti"))
    elder, _younger = claim(do)
    do(lambda shelf: shelf.jobs.retry(elder.id, NOON, "jaringan putus"))
    assert claim(do) == []
    assert keys(claim(do, now=later(1))) == ["m-1", "m-2"]


def test_lanes_of_two_kinds_do_not_hold_each_other(add: Any, do: Any) -> None:
    add(answer("m-1", "siti"), Job(JobKind.SEND, "o-1", "siti"))
    assert keys(claim(do, [JobKind.ANSWER])) == ["m-1"]
    assert keys(claim(do)) == ["o-1"]


def test_a_finished_job_is_gone_and_its_number_is_never_given_again(add: Any, do: Any, listed: Any) -> None:
    add(answer("m-1"))
    [first] = claim(do)
    do(lambda shelf: shelf.jobs.finish([first.id, first.id, 999_999]))
    do(lambda shelf: shelf.jobs.finish([]))
    assert listed(JobState.LEASED) == []
    add(answer("m-2"))
    assert listed(JobState.READY)[0].id > first.id


def test_a_retried_job_is_ready_again_with_its_error(add: Any, do: Any, listed: Any) -> None:
    add(answer("m-1"))
    [job] = claim(do)
    do(lambda shelf: shelf.jobs.retry(job.id, later(2), "jaringan putus"))
    do(lambda shelf: shelf.jobs.retry(999_999, later(2), "tidak ada"))
    waiting = replace(job, state=JobState.READY, not_before=later(2), leased_until=None, error="jaringan putus")
    assert listed(JobState.READY) == [waiting]


def test_a_retried_job_gives_way_to_its_twin(add: Any, do: Any, listed: Any) -> None:
    add(answer("m-1"))
    [job] = claim(do)
    add(answer("m-1"))
    do(lambda shelf: shelf.jobs.retry(job.id, later(2), "jaringan putus"))
    [twin] = listed(JobState.READY)
    assert (twin.key, twin.attempts) == ("m-1", 0)
    assert listed(JobState.LEASED) == []


def test_a_buried_job_is_kept_and_holds_up_nobody(add: Any, do: Any, listed: Any) -> None:
    add(answer("m-1", "siti"), answer("m-2", "siti"))
    [job] = claim(do, limit=1)
    do(lambda shelf: shelf.jobs.bury(job.id, "nomor tidak aktif"))
    do(lambda shelf: shelf.jobs.bury(999_999, "tidak ada"))
    assert listed(JobState.DEAD) == [replace(job, state=JobState.DEAD, leased_until=None, error="nomor tidak aktif")]
    assert keys(claim(do, now=later(5))) == ["m-2"]


def test_a_revived_job_starts_afresh(add: Any, do: Any, listed: Any) -> None:
    add(answer("m-1", not_before=NOON), answer("m-2"))
    first, second = claim(do)
    do(lambda shelf: shelf.jobs.bury(first.id, "nomor tidak aktif"))
    assert do(lambda shelf: shelf.jobs.revive([first.id, second.id, 999_999], later(3))) == 1
    [job] = listed(JobState.READY)
    assert (job.id, job.attempts, job.error) == (first.id, 0, "nomor tidak aktif")
    assert keys(claim(do, now=later(3))) == ["m-1", "m-2"]


def test_a_revived_job_gives_way_to_its_twin(add: Any, do: Any, listed: Any) -> None:
    for _ in range(2):
        add(answer("m-1"))
        do(lambda shelf: shelf.jobs.bury(shelf.jobs.list(JobState.READY)[0].id, "nomor tidak aktif"))
    dead = [job.id for job in listed(JobState.DEAD)]
    assert do(lambda shelf: shelf.jobs.revive(dead, NOON)) == 1
    assert len(listed(JobState.READY)) == 1
    assert listed(JobState.DEAD) == []


def test_jobs_are_listed_and_counted(add: Any, do: Any, store: Store) -> None:
    add(answer("m-1"), answer("m-2"), Job(JobKind.SEND, "o-1"))
    claim(do, [JobKind.ANSWER], limit=1)
    assert keys(store.read(lambda shelf: shelf.jobs.list(JobState.READY, limit=1))) == ["m-2"]
    assert store.read(lambda shelf: shelf.jobs.counts()) == {
        (JobKind.ANSWER, JobState.LEASED): 1,
        (JobKind.ANSWER, JobState.READY): 1,
        (JobKind.SEND, JobState.READY): 1,
    }


def test_no_two_workers_ever_hold_the_same_job_or_lane(place: Any) -> None:
    """Four workers in two processes; in every lane the jobs are numbered, so a gap or a repeat would show."""
    lanes = [f"lane-{number}" for number in range(8)]
    stores: list[Store] = [place.open(), place.open()]
    jobs = [answer(f"{lane} {number:02}", lane) for number in range(15) for lane in lanes]
    stores[0].write(lambda shelf: shelf.jobs.add(jobs, NOON)).result(timeout=20)
    done: list[str] = []
    busy: Counter[str] = Counter()
    clashes: list[str] = []
    watch = threading.Lock()

    def take(store: Store) -> list[Job]:
        claimed = store.write(lambda shelf: shelf.jobs.claim(ALL, 7, NOON, MINUTE)).result(timeout=20)
        with watch:
            mine = {job.lane for job in claimed}
            clashes.extend(lane for lane in mine if busy[lane])
            busy.update(mine)
        return claimed

    def finish(store: Store, claimed: list[Job]) -> None:
        with watch:
            done.extend(keys(claimed))
            busy.subtract({job.lane for job in claimed})
        store.write(lambda shelf: shelf.jobs.finish([job.id for job in claimed])).result(timeout=20)

    def work(store: Store) -> None:
        while len(done) < len(jobs) and not clashes:
            finish(store, take(store))

    workers = [threading.Thread(target=work, args=(store,)) for store in stores * 2]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert clashes == []
    assert sorted(done) == sorted(keys(jobs))
    assert [sorted(key for key in done if key.startswith(lane)) for lane in lanes] == [
        [key for key in done if key.startswith(lane)] for lane in lanes
    ]


def test_a_released_job_is_as_nobody_had_claimed_it(add: Any, do: Any, listed: Any) -> None:
    add(answer("m-1", not_before=NOON), answer("m-2"))
    before = listed(JobState.READY)
    claimed = claim(do)
    do(lambda shelf: shelf.jobs.release([job.id for job in claimed] + [99]))
    assert listed(JobState.READY) == before
    assert keys(claim(do)) == ["m-1", "m-2"]


def test_a_released_job_may_be_put_off(add: Any, do: Any, listed: Any) -> None:
    add(answer("m-1"))
    [job] = claim(do)
    do(lambda shelf: shelf.jobs.release([job.id], later(5)))
    [put_off] = listed(JobState.READY)
    assert (put_off.attempts, put_off.not_before) == (0, later(5))
    assert claim(do, now=later(4)) == []


def test_only_what_is_in_hand_can_be_released(add: Any, do: Any, listed: Any) -> None:
    add(answer("m-1"), answer("m-2"))
    [job] = claim(do, limit=1)
    do(lambda shelf: shelf.jobs.bury(job.id, "galat"))
    do(lambda shelf: shelf.jobs.release([job.id for state in JobState for job in shelf.jobs.list(state)]))
    assert [job.attempts for job in listed(JobState.DEAD)] == [1]
    assert [job.attempts for job in listed(JobState.READY)] == [0]


def test_a_released_job_gives_way_to_its_twin(add: Any, do: Any, listed: Any) -> None:
    add(answer("m-1"))
    [job] = claim(do)
    add(answer("m-1"))
    do(lambda shelf: shelf.jobs.release([job.id]))
    assert keys(listed(JobState.READY)) == ["m-1"]
    assert listed(JobState.LEASED) == []


def test_a_hastened_job_is_due_now_and_no_other_is(add: Any, do: Any) -> None:
    add(answer("a", "rina", later(60)), answer("b", "rina"), answer("c", "", later(60)))
    assert claim(do) == []
    do(lambda shelf: shelf.jobs.hasten(JobKind.SEND, "a"))
    do(lambda shelf: shelf.jobs.hasten(JobKind.ANSWER, "tidak ada"))
    assert claim(do) == []
    do(lambda shelf: shelf.jobs.hasten(JobKind.ANSWER, "a"))
    assert keys(claim(do)) == ["a", "b"], "and its lane goes on"
    do(lambda shelf: shelf.jobs.hasten(JobKind.ANSWER, "a"))
    assert claim(do) == [], "what is in hand stays there"


def test_the_oldest_that_is_due_shows_how_long_work_waits(add: Any, do: Any, store: Store) -> None:
    add(answer("m-1", not_before=later(3)), answer("m-2", not_before=later(9)), Job(JobKind.SEND, "o-1"))
    do(lambda shelf: shelf.jobs.add([answer("m-3")], later(4)))
    assert store.read(lambda shelf: shelf.jobs.oldest(later(5))) == {JobKind.ANSWER: later(3), JobKind.SEND: NOON}
    claim(do, [JobKind.SEND])
    assert store.read(lambda shelf: shelf.jobs.oldest(later(2))) == {JobKind.ANSWER: later(4)}
    assert store.read(lambda shelf: shelf.jobs.oldest(NOON - MINUTE)) == {JobKind.ANSWER: later(4)}


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("add"),
            st.sampled_from(ALL[:2]),
            st.sampled_from("abcd"),
            st.sampled_from(["", "x"]),
            st.sampled_from([None, 1, 4]),
        ),
        st.tuples(st.just("claim"), st.integers(1, 4)),
        st.tuples(st.sampled_from(["finish", "release", "retry", "bury", "revive"]), st.integers(0, 9)),
    ),
    min_size=8,
    max_size=40,
)


def play(shelf: Transaction, steps: list[tuple[Any, ...]]) -> list[Any]:
    """Everything that can be seen of the jobs after each step, numbers replaced by the order in which they came."""
    seen: list[Any] = []
    for minute, step in enumerate(steps):
        jobs = sorted((job for state in JobState for job in shelf.jobs.list(state)), key=lambda job: job.id)
        match step:
            case ["add", kind, key, lane, wait]:
                not_before = None if wait is None else later(minute + wait)
                seen.append(shelf.jobs.add([Job(kind, key, lane, not_before)], later(minute)))
            case ["claim", limit]:
                seen.append([replace(job, id=0) for job in shelf.jobs.claim(ALL, limit, later(minute), 3 * MINUTE)])
            case [verb, place] if jobs:
                job = jobs[place % len(jobs)]
                more = {
                    "finish": [],
                    "release": [later(minute + 1)],
                    "retry": [later(minute + 2), "galat"],
                    "bury": ["galat"],
                    "revive": [later(minute)],
                }
                which = job.id if verb in ("retry", "bury") else [job.id]
                seen.append(getattr(shelf.jobs, verb)(which, *more[verb]))
        seen.append([[replace(job, id=0) for job in shelf.jobs.list(state)] for state in JobState])
        seen.append(shelf.jobs.oldest(later(minute)))
    return seen


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(steps=STEPS)
def test_whatever_happens_every_store_does_as_the_oracle(store: Store, steps: list[tuple[Any, ...]]) -> None:
    def work(shelf: Transaction) -> list[Any]:
        for state in JobState:
            shelf.jobs.finish([job.id for job in shelf.jobs.list(state)])
        return play(shelf, steps)

    assert store.write(work).result(timeout=20) == MemoryStore().write(work).result()
