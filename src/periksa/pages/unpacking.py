"""Bodies unpacked as they come, up to a ceiling: a page that swells to gigabytes stops at the first byte above."""

from __future__ import annotations

import zlib

from periksa.errors import PageLater, PageRefused
from periksa.pages.addresses import shown

ACCEPTED = "gzip, deflate"
_GZIP, _ZLIB, _BARE = zlib.MAX_WBITS | 16, zlib.MAX_WBITS, -zlib.MAX_WBITS
_FRAMES = {"gzip": [_GZIP], "x-gzip": [_GZIP], "deflate": [_ZLIB, _BARE]}
"""Deflate comes in two kinds: as the standard says, and as some servers do it."""


class Body:
    """Collects one body; `encoding` is its Content-Encoding, `most` its largest size in bytes once unpacked."""

    def __init__(self, url: str, encoding: str, most: int) -> None:
        name = encoding.strip().lower()
        if name not in ("", "identity") and name not in _FRAMES:
            raise PageRefused(f"{shown(url)} is packed in a way that was not asked for ({shown(name)})")
        self._url = url
        self._most = most
        self._frames = _FRAMES.get(name, [])
        self._packer = zlib.decompressobj(self._frames[0]) if self._frames else None
        self._fed = False
        self._body = bytearray()

    def feed(self, data: bytes) -> None:
        """The next piece. Raises: PageRefused if it is too much, or not packed as announced."""
        if not self._packer or not data:
            return self._keep(data)
        try:
            return self._unpack(data)
        except zlib.error as error:
            raise PageRefused(f"{shown(self._url)} is not packed as it says ({error})") from error

    def finish(self) -> bytes:
        """All of it. Raises: PageLater if the end is missing."""
        if self._packer and self._fed and not self._packer.eof:
            raise PageLater(f"{shown(self._url)} was cut off before its end")
        return bytes(self._body)

    def _unpack(self, data: bytes) -> None:
        """What comes after the packed body is nobody's: browsers leave it, too."""
        assert self._packer
        if not self._fed and self._frames[0] == _ZLIB and data[0] & 0x0F != 8:
            self._packer = zlib.decompressobj(_BARE)
        self._fed = True
        while data and not self._packer.eof:
            self._keep(self._packer.decompress(data, self._room))
            data = self._packer.unconsumed_tail

    @property
    def _room(self) -> int:
        """One more than may come, so that too much shows."""
        return self._most - len(self._body) + 1

    def _keep(self, data: bytes) -> None:
        self._body += data
        if len(self._body) > self._most:
            raise PageRefused(f"{shown(self._url)} has more than the {self._most:,} bytes that are fetched")
