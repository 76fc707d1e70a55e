"""What runs in the box: `python -m periksa.pages.boxed <bytes of memory> <seconds>`, started by `box.py` only.

Takes a parcel from standard input, runs the function it names, puts what came of it on standard output, and so on.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import IO, Any

from periksa.errors import PeriksaError
from periksa.pages.box import LENGTH, read_all
from periksa.pages.parcel import packed

SHUT = (
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.forkpty",
)
"""What a parser has no business with, by the names of Python's audit."""


def main(memory: int, seconds: float) -> None:
    """Serve until the other side is gone."""
    questions, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a library that prints must not spoil the parcels
    _shut(memory)
    while True:
        try:
            question = read_all(questions, int.from_bytes(read_all(questions, LENGTH), "big"))
        except EOFError:
            return
        _allow_seconds(seconds)
        if not _reply(replies, question):
            return


def _reply(replies: IO[bytes], question: bytes) -> bool:
    """Whether the process is still good for another page."""
    good, parcel = True, b""
    try:
        name, arguments = pickle.loads(question)  # noqa: S301 - from the process that started this one
        parcel = packed(["result", _ran(_function(name), arguments)])
    except MemoryError:
        good, parcel = False, packed(["memory", ""])
    except PeriksaError as error:
        parcel = packed(["refused", str(error)])
    except Exception as error:  # noqa: BLE001 - whatever a parser stumbles over concerns one page
        parcel = packed(["stumbled", f"{type(error).__name__}: {error}"[:300]])
    replies.write(len(parcel).to_bytes(LENGTH, "big") + parcel)
    replies.flush()
    return good


def _function(name: str) -> Callable[..., Any]:
    module, _, path = name.partition(":")
    found: Any = import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    function: Callable[..., Any] = found
    return function


def _ran(function: Callable[..., Any], arguments: tuple[object, ...]) -> object:
    result = function(*arguments)
    return list(result) if isinstance(result, Iterator) else result


def _shut(memory: int) -> None:
    """From here on: so much memory, no file written, no network, no other process."""

    def refuse(event: str, _: object) -> None:
        if event in SHUT:
            raise PermissionError(f"{event} is not for parsers")

    sys.addaudithook(refuse)
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow_seconds(seconds: float) -> None:
    """The processor's time for one more page, so that even an orphan ends."""
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        until = int(used.ru_utime + used.ru_stime + seconds) + 2
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
