"""A file behind a message: its id → an address good for five minutes → its bytes, never more than announced.

Source: "Media" of the Cloud API's reference (v23.0): GET the id gives url, mime_type, sha256 (hexadecimal) and
file_size; the url wants the token again. In webhooks the hash is written in base64.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import httpx2

from periksa.channels.whatsapp.untrusted import Malformed, a_string, an_object
from periksa.errors import FetchError, FetchLater
from periksa.model import Media

MEGABYTE = 1 << 20
SIZES = {"image": 5 * MEGABYTE, "audio": 16 * MEGABYTE, "video": 16 * MEGABYTE}
"""Largest file the platform itself lets a person send, by the first half of its type."""
DOCUMENT = 100 * MEGABYTE
TRUSTED = ("facebook.com", "fbcdn.net", "fbsbx.com", "whatsapp.net")
"""Hosts besides the Graph API's own to which the token may be shown."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a file can be loaded, and what the platform says of it."""

    url: str
    mime: str
    digest: bytes
    """SHA-256, empty where none is given."""
    size: int


def read_file(client: httpx2.Client, graph: httpx2.URL, media: Media, most: int) -> Iterator[bytes]:
    """The bytes, piece by piece; the last only once size and hash are those announced.

    Raises: FetchError, FetchLater.
    """
    try:
        link = _link(client, graph, media)
        most = min(most, SIZES.get(link.mime.partition("/")[0], DOCUMENT))
        if link.size > most:
            raise FetchError(f"the file has {link.size:,} bytes; at most {most:,} are fetched")
        with client.stream("GET", link.url, follow_redirects=False) as response:
            _check(response, link, most)
            yield from _checked(response.iter_bytes(), link, most)
    except httpx2.InvalidURL as error:
        raise FetchError("the platform gave an address of the file that is none") from error
    except httpx2.RequestError as error:
        raise FetchLater(f"the file was not loaded in full ({type(error).__name__})") from error


def _link(client: httpx2.Client, graph: httpx2.URL, media: Media) -> Link:
    if not media.id or not media.id.replace("-", "").replace("_", "").isalnum():
        raise FetchError("the message names no file that could be asked for")
    response = client.get(f"{graph}/{media.id}")
    if not response.is_success:
        raise _refused(response.status_code, "where the file is")
    try:
        told = an_object(response.json())
        size = a_string(told, "file_size")
        url, mime = a_string(told, "url"), a_string(told, "mime_type") or media.mime
        known, announced = digest(a_string(told, "sha256")), digest(media.sha256)
    except (ValueError, RecursionError, Malformed) as error:
        raise FetchError("the platform's word on the file cannot be read") from error
    if known and announced and known != announced:
        raise FetchError("the file is not the one the message announced")
    if media.mime and _type(mime) != _type(media.mime):
        raise FetchError("the file is of another type than the message announced")
    _trust(url, graph)
    return Link(url, _type(mime), announced or known, int(size) if size.isdecimal() else 0)


def _trust(url: str, graph: httpx2.URL) -> None:
    """The token goes along: only to the platform's own hosts, never in the clear where the API is not."""
    parts = httpx2.URL(url)
    ours = (parts.scheme, parts.netloc) == (graph.scheme, graph.netloc)
    theirs = parts.scheme == "https" and any(f".{parts.host}".endswith(f".{one}") for one in TRUSTED)
    if not ours and not theirs:
        raise FetchError("the platform sends us to a host that is not its own for the file; the token is not shown")


def _check(response: httpx2.Response, link: Link, most: int) -> None:
    if not response.is_success:
        raise _refused(response.status_code, "the file")
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise FetchError(f"the file has {int(announced):,} bytes; at most {most:,} are fetched")
    mime = _type(response.headers.get("content-type", ""))
    if mime and link.mime and mime not in (link.mime, "application/octet-stream"):
        raise FetchError("the file is of another type than announced")


def _checked(pieces: Iterator[bytes], link: Link, most: int) -> Iterator[bytes]:
    """A piece is handed on when the next has come: the last one waits for the verdict."""
    seen, held, size = hashlib.sha256(), b"", 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise FetchError(f"the file has more than the {most:,} bytes that are fetched")
        seen.update(piece)
        if held:
            yield held
        held = piece
    if link.size and size != link.size:
        raise FetchLater("the file is not as long as announced; it was cut off")
    if link.digest and seen.digest() != link.digest:
        raise FetchError("the file does not have the SHA-256 that was announced")
    yield held


def _refused(status: int, what: str) -> FetchError:
    if status in (401, 403, 429) or status >= 500:
        return FetchLater(f"the platform did not give {what} (HTTP {status})")
    return FetchError(f"the platform does not have {what} any more (HTTP {status})")


def _type(mime: str) -> str:
    """Without its parameters: "audio/ogg; codecs=opus" is audio/ogg."""
    return mime.partition(";")[0].strip().lower()


def digest(text: str) -> bytes:
    """A SHA-256 in hexadecimal or base64; empty if it is none: then there is nothing to compare with."""
    try:
        found = bytes.fromhex(text) if len(text) == 64 else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return b""
    return found if len(found) == 32 else b""
