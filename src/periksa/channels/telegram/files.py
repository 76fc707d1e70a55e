"""The file behind a message: asked for by its id, then read from the address that `getFile` gives for an hour."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2

from periksa.channels.telegram.refusals import answer_of
from periksa.errors import FetchError, FetchLater
from periksa.model import Media

MOST = 20 * 1000 * 1000
"""Bytes: larger files cannot be had through the Bot API at all."""


def pieces(client: httpx2.Client, media: Media, most: int) -> Iterator[bytes]:
    """The bytes; the last piece comes only if the size is the announced one. Telegram gives no hash.

    Raises: FetchError, FetchLater.
    """
    try:
        path, size = _found(client, media, min(most, MOST))
        yield from _read(client, path, size)
    except httpx2.RequestError as error:
        raise FetchLater(f"Telegram did not hand over a file in full ({type(error).__name__})") from error


def _found(client: httpx2.Client, media: Media, most: int) -> tuple[str, int]:
    response = client.post("/getFile", json={"file_id": media.id})
    _check(response)
    file = answer_of(response).get("result")
    path, size = (file.get("file_path"), file.get("file_size")) if isinstance(file, dict) else (None, None)
    if not isinstance(path, str) or not isinstance(size, int):
        raise FetchError("Telegram does not say where a file is or how large")
    if size > most:
        raise FetchError(f"a file has {size:,} bytes, and at most {most:,} are taken")
    return path, size


def _read(client: httpx2.Client, path: str, size: int) -> Iterator[bytes]:
    held, read = b"", 0
    with client.stream("GET", f"/file/{path.lstrip('/')}") as response:
        _check(response)
        for piece in response.iter_bytes():
            read += len(piece)
            if read > size:
                break
            if held:
                yield held
            held = piece
    if read != size:
        raise FetchLater("a file of Telegram has not the size that was announced")
    yield held


def _check(response: httpx2.Response) -> None:
    status = response.status_code
    if status == 429 or status >= 500:
        raise FetchLater(f"Telegram hands over no files now (HTTP {status})")
    if not response.is_success:
        raise FetchError(f"Telegram does not hand over a file (HTTP {status}): it is too large, or gone")
