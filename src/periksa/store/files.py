"""Files that people sent, in a folder: each under the id of its message; copies of one take its room once.

A file is a hard link to its bytes, which stand under their hash; with the last link the bytes go.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from periksa.errors import StoreError

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.~-]{0,199}")


class Files:
    """One folder. Safe to share between threads and processes."""

    def __init__(self, folder: Path) -> None:
        self._bytes = folder / "bytes"
        self._links = folder / "messages"

    def keep(self, id: str, pieces: Iterable[bytes]) -> int:
        """Keep the file of this message; its size in bytes. Twice is once. What `pieces` raises leaves nothing behind.

        It is durable when this returns. Raises: StoreError if it cannot be written.
        """
        link = self._link(id)
        try:
            for folder in (self._bytes, link.parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with TemporaryDirectory(dir=self._bytes, prefix="coming-") as place:
                coming = Path(place) / "file"
                digest, size = _write(coming, pieces)
                self._put(coming, digest, link)
        except OSError as error:
            raise StoreError(f"a file cannot be kept in {self._bytes}: {error.strerror or error}") from error
        return size

    def path(self, id: str) -> Path | None:
        """Where the file of this message is, if it has one."""
        link = self._link(id)
        return link if link.exists() else None

    def drop(self, ids: Iterable[str]) -> int:
        """Delete the files of these messages for good; how many there were. Unknown ones are fine."""
        return sum(self._drop(self._link(id)) for id in ids)

    def _link(self, id: str) -> Path:
        if not _ID.fullmatch(id):
            raise StoreError("there is no file of this name")
        return self._links / hashlib.sha256(id.encode()).hexdigest()[:2] / id

    def _place(self, digest: str) -> Path:
        return self._bytes / digest[:2] / digest[2:]

    def _put(self, coming: Path, digest: str, link: Path) -> None:
        """The bytes may go while we link to them, with somebody else's last link: then ours are put there again."""
        place = self._place(digest)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        while not link.exists():
            _link_once(coming, place)
            try:
                _link_once(place, link)
            except FileNotFoundError:
                continue

    def _drop(self, link: Path) -> bool:
        try:
            with link.open("rb") as file:
                place = self._place(hashlib.file_digest(file, "sha256").hexdigest())
            link.unlink()
        except FileNotFoundError:
            return False
        # Whoever drops another copy at this moment may have taken the bytes away before us.
        with suppress(FileNotFoundError):
            if place.stat().st_nlink == 1:
                place.unlink()
        return True


def _write(coming: Path, pieces: Iterable[bytes]) -> tuple[str, int]:
    seen, size = hashlib.sha256(), 0
    with coming.open("xb") as file:
        for piece in pieces:
            seen.update(piece)
            size += file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return seen.hexdigest(), size


def _link_once(existing: Path, new: Path) -> None:
    try:
        new.hardlink_to(existing)
    except FileExistsError:
        return
