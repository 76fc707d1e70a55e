"""Sitemaps (https://www.sitemaps.org/protocol.html): an index, and parts that stay below the protocol's limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from xml.sax.saxutils import escape

MOST = 50_000
"""Addresses in one part."""

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def index(parts: Sequence[str]) -> str:
    """The list of the parts' addresses."""
    listed = "\n".join(f"<sitemap><loc>{escape(part)}</loc></sitemap>" for part in parts)
    return f"{_HEAD}<sitemapindex {_NAMESPACE}>\n{listed}\n</sitemapindex>\n"


def part(pages: Iterable[tuple[str, datetime | None]]) -> str:
    """Addresses, each with the time of its last change where there is one."""
    listed = "\n".join(f"<url><loc>{escape(page)}</loc>{_changed(at)}</url>" for page, at in pages)
    return f"{_HEAD}<urlset {_NAMESPACE}>\n{listed}\n</urlset>\n"


def _changed(at: datetime | None) -> str:
    return f"<lastmod>{at.isoformat(timespec='seconds')}</lastmod>" if at else ""
