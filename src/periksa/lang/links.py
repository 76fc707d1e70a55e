"""Links that people paste: which of them lead to the same page, and what their addresses say."""

from __future__ import annotations

import re

_TRACKING = re.compile(r"utm_\w*|fbclid|gclid|igshid|igsh|mibextid|si", re.IGNORECASE)
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)
_SLUG = re.compile(r"[^\W\d_]{2,}")
_HOST_PREFIX = re.compile(r"^(?:(?:www|m|amp|mobile)\.)+(?=[^.]+\.)")


def page(link: str) -> str:
    """What all ways to link to one page have in common; empty for a whole site, which is nobody's question."""
    site, _, rest = _SCHEME.sub("", link.partition("#")[0]).partition("/")
    path, _, query = rest.rstrip(".,;:!?)*_").partition("?")
    pairs = sorted(pair for pair in query.split("&") if pair and not _TRACKING.fullmatch(pair.partition("=")[0]))
    if not path.strip("/") and not pairs:
        return ""
    return "?".join([f"{_HOST_PREFIX.sub('', site.lower())}/{path.rstrip('/')}", *pairs])


def slug(page: str) -> str:
    """The words of a page's address, which are often those of its headline."""
    return " ".join(_SLUG.findall(page.partition("/")[2]))
