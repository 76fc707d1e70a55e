"""Group commit: one thread writes, and whatever queued up during one commit shares the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from periksa.store import Transaction
from periksa.store.database import Database, is_busy

T = TypeVar("T")
Work = Callable[[Transaction], Any]

GROUP = 200
"""Most pieces of work in one commit: the first should not wait for all the world."""

_RACES = 3
"""Attempts at one piece of work when another process wrote the same row first; the next attempt sees that row."""


@dataclass(frozen=True, slots=True)
class _Task:
    """`one` of many for the same `work`; empty for work that stands alone."""

    work: Callable[..., Any]
    future: Future[Any]
    one: tuple[Any, ...] = ()

    def alone(self, shelves: Transaction) -> Any:
        """Its result, with nothing else done beside it."""
        return self.work(shelves, self.one)[0] if self.one else self.work(shelves)


@dataclass(frozen=True, slots=True)
class _Outcome:
    result: Any = None
    error: BaseException | None = None

    def tell(self, future: Future[Any]) -> None:
        if self.error is None:
            future.set_result(self.result)
        else:
            future.set_exception(self.error)


class Writer:
    """The one thread of this process that writes to a database.

    `admit` is asked first in every transaction and may refuse it; `open_shelves` makes a connection a transaction.
    """

    def __init__(
        self,
        database: Database,
        admit: Callable[[Connection], None],
        open_shelves: Callable[[Connection], Transaction],
    ) -> None:
        self._database = database
        self._admit = admit
        self._open_shelves = open_shelves
        self._queue: SimpleQueue[_Task | None] = SimpleQueue()
        self._closing = Lock()
        self._closed = False
        self._thread = Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[..., Any], *one: Any) -> Future[Any]:
        """Queue it, or `one` for it. The future resolves after the commit."""
        future: Future[Any] = Future()
        with self._closing:
            if self._closed:
                future.set_exception(self._database.closed())
            else:
                self._queue.put(_Task(work, future, one))
        return future

    def close(self) -> None:
        """Write what is queued, take nothing more."""
        with self._closing:
            if not self._closed:
                self._queue.put(None)
            self._closed = True
        self._thread.join()

    def _run(self) -> None:
        open_ = True
        while open_:
            group, open_ = self._next_group()
            tasks = [task for task in group if task.future.set_running_or_notify_cancel()]
            if tasks:
                for task, outcome in zip(tasks, self._write(tasks), strict=True):
                    outcome.tell(task.future)

    def _next_group(self) -> tuple[list[_Task], bool]:
        """What is queued, at least one task; False when there will be no more."""
        group: list[_Task] = []
        task = self._queue.get()
        while task is not None:
            group.append(task)
            if len(group) == GROUP:
                return group, True
            try:
                task = self._queue.get_nowait()
            except Empty:
                return group, True
        return group, False

    def _write(self, tasks: Sequence[_Task]) -> Sequence[_Outcome]:
        try:
            return self._database.patiently(lambda: self._commit_all(tasks))
        except BaseException as error:  # noqa: BLE001 - whatever it is, nobody may wait for ever
            return [_Outcome(error=error)] * len(tasks)

    def _commit_all(self, tasks: Sequence[_Task]) -> list[_Outcome]:
        """Nearly always nobody fails; only where somebody does, each gets a savepoint, to be undone alone."""
        try:
            return self._commit(tasks, self._do_boldly)
        except BaseException as error:
            if is_busy(error):
                raise
        return self._commit(tasks, lambda connection, tasks: [self._do(connection, task.alone) for task in tasks])

    def _commit(self, tasks: Sequence[_Task], do: Callable[[Connection, Sequence[_Task]], T]) -> T:
        with self._database.writer.begin() as connection:
            self._admit(connection)
            return do(connection, tasks)

    def _do_boldly(self, connection: Connection, tasks: Sequence[_Task]) -> list[_Outcome]:
        """What came for the same work is done together, where the first of it stands."""
        together: dict[Callable[..., Any], list[_Task]] = {}
        for task in tasks:
            together.setdefault(task.work, []).append(task)
        done: dict[int, _Outcome] = {}
        for work, same in together.items():
            for task, result in zip(same, self._results(connection, work, same), strict=True):
                done[id(task)] = _Outcome(result)
        return [done[id(task)] for task in tasks]

    def _results(self, connection: Connection, work: Callable[..., Any], same: Sequence[_Task]) -> Sequence[Any]:
        if same[0].one:
            results: Sequence[Any] = work(self._open_shelves(connection), [task.one[0] for task in same])
            return results
        return [work(self._open_shelves(connection)) for _ in same]

    def _do(self, connection: Connection, work: Work) -> _Outcome:
        """One piece of work, undone alone if it fails. Raises what should make the whole group start again."""
        for _ in range(_RACES):
            outcome = self._try(connection, work)
            if not isinstance(outcome.error, IntegrityError):
                break
        if isinstance(outcome.error, SQLAlchemyError):
            return _Outcome(error=self._database.explain(outcome.error))
        return outcome

    def _try(self, connection: Connection, work: Work) -> _Outcome:
        connection.exec_driver_sql("SAVEPOINT work")
        try:
            outcome = _Outcome(work(self._open_shelves(connection)))
        except BaseException as error:
            if is_busy(error):
                raise
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT work")
            outcome = _Outcome(error=error)
        connection.exec_driver_sql("RELEASE SAVEPOINT work")
        return outcome
