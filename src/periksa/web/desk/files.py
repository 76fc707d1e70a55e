"""Files that people sent: editors see and hear them. Whatever is in one, the browser runs nothing of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from periksa.model import Attached, MessageKind
from periksa.web.desk.guard import Handler
from periksa.web.desk.screen import Here, Screen
from periksa.web.desk.ways import CASE, Way

OTHER = "application/octet-stream"
"""What is not shown, but downloaded."""
STILL = "default-src 'none'; sandbox"
PLAYED = "default-src 'none'; media-src 'self'; sandbox allow-same-origin"
"""A browser's player fetches the sound again, from the page that it made of it; scripts run in neither."""
MAGIC = 16
"""First bytes of a file that tell what it is."""

_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"GIF87a", "image/gif", ".gif"),
    (b"GIF89a", "image/gif", ".gif"),
    (b"OggS", "audio/ogg", ".ogg"),
    (b"ID3", "audio/mpeg", ".mp3"),
    (b"\xff\xfb", "audio/mpeg", ".mp3"),
    (b"\xff\xf3", "audio/mpeg", ".mp3"),
    (b"\xff\xf2", "audio/mpeg", ".mp3"),
    (b"\xff\xf1", "audio/aac", ".aac"),
    (b"\xff\xf9", "audio/aac", ".aac"),
    (b"%PDF-", OTHER, ".pdf"),
)
_MP4 = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"M4A ", b"3gp4", b"3gp5")
"""Brands of what browsers play."""


class Attachments(Protocol):
    """What the desk needs of files that people sent. Raises: StoreError, StoreBusy."""

    def of(self, case: str) -> Sequence[Attached]:
        """Those of a case that differ, latest first."""
        ...

    def look(self, case: str, message: str, by: str) -> tuple[Attached, Path] | None:
        """Somebody, by name, looks at the file of this message; None if this case has none such."""
        ...


class Files:
    """One file, and how a browser is to take it."""

    def __init__(self, attachments: Attachments, screen: Screen) -> None:
        self._attachments = attachments
        self._screen = screen

    def ways(self) -> dict[Way, Handler]:
        """What each way does."""
        return {Way("GET", f"{CASE}/files/{{message}}"): self.file}

    async def file(self, here: Here) -> Response:
        """The bytes, as what they are; what is no picture, sound or film that we know is only downloaded."""
        asked = here.request.path_params
        found = await run_in_threadpool(self._attachments.look, asked["case"], asked["message"], here.by)
        if found is None:
            return self._screen.problem(here, "nowhere", 404)
        attached, path = found
        try:
            kind, ending = await run_in_threadpool(_typed, path, attached.kind)
        except FileNotFoundError:  # its sender took it back just now
            return self._screen.problem(here, "nowhere", 404)
        return FileResponse(
            path,
            media_type=kind,
            filename=f"{attached.kind}{ending}",
            content_disposition_type="attachment" if kind == OTHER else "inline",
            headers={
                "cache-control": "no-store",
                "content-security-policy": PLAYED if kind.startswith(("audio/", "video/")) else STILL,
                "x-content-type-options": "nosniff",
            },
        )


def _typed(path: Path, kind: MessageKind) -> tuple[str, str]:
    """Its type by its own first bytes, never by what somebody says of it, and the ending of its name."""
    with path.open("rb") as file:
        head = file.read(MAGIC)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp", ".webp"
    if head[4:8] == b"ftyp" and head[8:12] in _MP4:
        is_sound = kind is MessageKind.AUDIO or head[8:12] == b"M4A "
        return ("audio/mp4", ".m4a") if is_sound else ("video/mp4", ".mp4")
    known = (each for each in _BEGINNINGS if head.startswith(each[0]))
    _, type, ending = next(known, (b"", OTHER, ".bin"))
    return type, ending
