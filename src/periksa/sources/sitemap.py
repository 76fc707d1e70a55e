"""Sitemaps: every address a site wants found; news sitemaps, indexes of sitemaps, gzip."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from io import BufferedIOBase, BytesIO
from typing import Any

from lxml import etree

from periksa.errors import SourceError
from periksa.sources import Fetched, Further, Listed, Pointer, Problem
from periksa.sources.address import absolute
from periksa.sources.cleaning import one_line
from periksa.sources.moments import exact_moment
from periksa.sources.site import Site
from periksa.sources.story import day_of

MOST_BYTES = 200_000_000
"""Unpacked. The protocol allows 50 MB."""
_GZIP = b"\x1f\x8b"
_ENTRIES = ("{*}url", "{*}sitemap", "url", "sitemap")


class Sitemap:
    """Sitemaps, streamed: one of 50,000 addresses takes no more memory than one of ten."""

    kind = "sitemap"

    def list(self, fetched: Fetched, site: Site) -> Iterator[Listed]:
        """Every address in it, and every sitemap it leads to. Raises: SourceError if it is no sitemap."""
        stream = _Stream(fetched.content)
        found = 0
        elements = etree.iterparse(
            stream, events=("end",), tag=_ENTRIES, recover=True, resolve_entities=False, no_network=True,
            load_dtd=False,
        )  # fmt: skip
        try:
            for _, element in elements:
                found += 1
                if listed := _listed(element, f"{fetched.url}, entry {found}", fetched, site):
                    yield listed
                _forget(element)
        except etree.XMLSyntaxError as error:
            stream.wrong = stream.wrong or error.msg or "broken XML"
        root = _name(elements.root) if elements.root is not None else ""
        if not found and root not in ("urlset", "sitemapindex"):
            raise SourceError(f"{fetched.url} is no sitemap; give the address of the XML itself.")
        if wrong := stream.wrong or _complaint(elements):
            what = f"is damaged and was read as far as possible: {wrong}"
            yield Listed(problems=(Problem(fetched.url, "sitemap", what, refused=False),))


class _Stream:
    """The bytes unpacked piece by piece; where they end too early, `wrong` says why."""

    def __init__(self, content: bytes) -> None:
        raw = BytesIO(content)
        self._file: BufferedIOBase = gzip.GzipFile(fileobj=raw) if content[:2] == _GZIP else raw
        self._left = MOST_BYTES
        self.wrong = ""

    def read(self, size: int = -1) -> bytes:
        """The next bytes; none at the end, or where it is damaged."""
        try:
            piece = self._file.read(min(size, 65_536) if size > 0 else 65_536)
        except (EOFError, OSError, zlib.error) as error:
            self.wrong = f"gzip: {error}"
            return b""
        self._left -= len(piece)
        if self._left < 0:
            self.wrong = f"it is larger than {MOST_BYTES // 1_000_000} MB"
            return b""
        return piece


def _name(element: Any) -> str:
    """Without its namespace. Damaged ones are no name for lxml's QName."""
    return str(element.tag).rpartition("}")[2]


def _listed(element: Any, where: str, fetched: Fetched, site: Site) -> Listed | None:
    location = _text(element, "{*}loc")
    url = absolute(fetched.url, location) if location else ""
    if not url:
        return Listed(problems=(Problem(where, "loc", "is missing or no http(s) address"),))
    changed = exact_moment(_text(element, "{*}lastmod"))
    if _name(element) == "sitemap":
        return Listed(further=Further(url, changed)) if site.is_here(url) else None
    if not site.wants(url):
        return None
    printed = _text(element, ".//{*}publication_date")
    day, wrong = day_of([printed], site, fetched.fetched_at) if printed else (None, "")
    problems = (Problem(where, "publication_date", f"{wrong}; the page is asked", refused=False),) if wrong else ()
    keywords = tuple(filter(None, map(str.strip, _text(element, ".//{*}keywords").split(","))))
    return Listed(
        Pointer(url, _text(element, ".//{*}news/{*}title"), day, changed, categories=keywords), None, problems
    )


def _text(element: Any, path: str) -> str:
    return one_line(element.findtext(path) or "")


def _forget(element: Any) -> None:
    """What has been read, and everything before it."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _complaint(elements: Any) -> str:
    errors = [entry for entry in elements.error_log if entry.level_name in ("ERROR", "FATAL")]
    return f"line {errors[0].line}: {one_line(errors[0].message)}" if errors else ""
