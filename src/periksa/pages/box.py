"""A box to read strangers' pages in: a process of its own with little memory, little time, no network and no secrets.

A page that brings it down costs that page. The box is then thrown away and the next page gets a new one.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any, Self, TypeVar, cast

from periksa.errors import ParserStopped, SourceError
from periksa.pages.parcel import Damaged, opened

Result = TypeVar("Result")
MEGABYTE = 1 << 20
LENGTH = 8
"""Bytes that say how long a parcel is, before it."""


@dataclass(frozen=True, slots=True)
class Room:
    """What one page may take while it is read."""

    memory: int = 1024 * MEGABYTE
    """Bytes of address space of the whole process, libraries included."""
    seconds: float = 20
    """By the clock on the wall; the processor is given as many."""
    result: int = 64 * MEGABYTE
    """Bytes of what is read out of a page."""
    pages: int = 500
    """After so many the process is replaced: what parsers leak goes with it."""


class Box:
    """Runs functions of periksa over bytes, one at a time; threads that are in a hurry take a box each.

    The process is started by the first page and ends with `close`, or with the one that started it.
    """

    def __init__(self, room: Room | None = None) -> None:
        self._room = room or Room()
        self._process: subprocess.Popen[bytes] | None = None
        self._pages = 0
        self._busy = threading.Lock()

    def run(self, function: Callable[..., Result], *arguments: object, where: str) -> Result:
        """What a function gives for these arguments; an iterator comes back as a list. `where` names the page.

        Function and arguments must be importable and picklable; the result holds our frozen dataclasses, enums, dates
        and plain values.

        Raises: SourceError that the function raised, or that names what else it raised; ParserStopped.
        """
        name = f"{function.__module__}:{function.__qualname__}"
        with self._busy:
            reply = self._asked(pickle.dumps((name, arguments)), where)
            match self._opened(reply):
                case ["result", value]:
                    return cast(Result, value)
                case ["refused", why]:
                    raise SourceError(str(why))
                case ["stumbled", why]:
                    raise SourceError(f"{where} was not read: its parser stumbled over it ({why})")
                case ["memory", _]:
                    self.close()
                    megabytes = self._room.memory // MEGABYTE
                    raise ParserStopped(f"{where} was not read: its parser needed more than {megabytes} MB of memory")
                case _:
                    self.close()
                    raise ParserStopped(f"{where} was not read: its parser gave nothing that can be understood")

    def close(self) -> None:
        """End the process. The next page starts a new one."""
        if self._process:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                _close(pipe)
        self._process, self._pages = None, 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _opened(self, reply: bytes) -> object:
        try:
            return opened(reply)
        except Damaged:
            return None

    def _asked(self, question: bytes, where: str) -> bytes:
        """Raises: ParserStopped; the process is then gone."""
        process = self._ready()
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        watch = threading.Timer(self._room.seconds, stop)
        watch.start()
        try:
            reply = _exchange(process, question, self._room.result)
        except (OSError, EOFError, OverflowError) as error:
            self.close()
            raise ParserStopped(
                f"{where} was not read: its parser {self._why(process, error, late.is_set())}"
            ) from error
        finally:
            watch.cancel()
            watch.join()
        self._pages += 1
        if late.is_set() or self._pages >= self._room.pages:
            self.close()
        return reply

    def _ready(self) -> subprocess.Popen[bytes]:
        """The process, or a new one where it has died while nobody looked."""
        if self._process and self._process.poll() is not None:
            self.close()
        if not self._process:
            limits = (str(self._room.memory), str(self._room.seconds))
            self._process = subprocess.Popen(  # noqa: S603 - our own module, nothing of a stranger's
                [sys.executable, "-P", "-m", "periksa.pages.boxed", *limits],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
        return self._process

    def _why(self, process: subprocess.Popen[bytes], error: Exception, late: bool) -> str:
        if isinstance(error, OverflowError):
            return f"gave more than {self._room.result:,} bytes"
        return f"needed more than {self._room.seconds:g} seconds" if late else f"crashed (status {process.returncode})"


def _exchange(process: subprocess.Popen[bytes], question: bytes, most: int) -> bytes:
    """Raises: OSError, EOFError if the process is gone, OverflowError if it says more than it may."""
    assert process.stdin
    assert process.stdout
    process.stdin.write(len(question).to_bytes(LENGTH, "big") + question)
    process.stdin.flush()
    size = int.from_bytes(read_all(process.stdout, LENGTH), "big")
    if size > most:
        raise OverflowError
    return read_all(process.stdout, size)


def read_all(pipe: IO[bytes], size: int) -> bytes:
    """Exactly so many bytes. Raises: EOFError if the other side is gone."""
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _environment() -> dict[str, str]:
    """Where Python's modules are, and nothing else: no setting, no key, no proxy."""
    kept: dict[str, Any] = {name: os.environ.get(name) for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")}
    return {name: value for name, value in kept.items() if value} | {
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _close(pipe: IO[bytes] | None) -> None:
    try:
        if pipe:
            pipe.close()
    except OSError:  # what was still to be written cannot be any more
        pass
