"""Opening what an operator pointed at; whatever is wrong with the file as a whole is one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from periksa.errors import InputError

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MARK = b"\xef\xbb\xbf"


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes after a byte-order mark, if any. Raises: InputError."""
    try:
        with path.open("rb") as file:
            start = file.read(3)
            if not start:
                raise InputError(f"{path.name} is empty; nothing was imported.")
            if start[:2] in _UTF16:
                raise InputError(f"{path.name} is saved as UTF-16; save it as UTF-8 and import it again.")
            file.seek(len(_UTF8_MARK) if start == _UTF8_MARK else 0)
            yield file
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error


def whole_text(path: Path, most_megabytes: int, what: str, advice: str) -> str:
    """All of a file that has one record or tree in it.

    Raises: InputError if it is larger than `most_megabytes` (millions of bytes; nothing is read then) or not UTF-8.
    """
    with opened(path) as file:
        size = path.stat().st_size
        if size > most_megabytes * 1_000_000:
            megabytes = max(round(size / 1_000_000, 1), most_megabytes + 0.1)
            raise InputError(f"{path.name} is {megabytes} MB, {what} may have at most {most_megabytes} MB; {advice}.")
        content = file.read()
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path.name} is not UTF-8 (line {line}); save it as UTF-8 and import it again.") from error
