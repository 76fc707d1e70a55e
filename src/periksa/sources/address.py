"""Web addresses: which may be shown, and which two are the same page."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urljoin, urlsplit

_HOST_PREFIX = re.compile(r"^(?:(?:www|m|amp)\.)+(?=[^.]+\.)")
_AMP_PATH = re.compile(r"(?:^/amp(?=/.))|(?:/amp/?$)")
_TRACKING = re.compile(r"utm_\w*|fbclid|gclid|igshid|igsh|mibextid|amp", re.IGNORECASE)


def web_address(text: str) -> str:
    """The address if it is a whole http(s) one, else empty: nothing else may be handed to a reader as a link."""
    text = text.strip()
    parts = _split(text)
    return text if parts and not re.search(r"[\s<>\"\\\x00-\x1f\x7f]", text) else ""


def absolute(base: str, link: str) -> str:
    """The whole http(s) address that a link on the page `base` leads to, or empty."""
    try:
        return web_address(urljoin(base, link.strip()))
    except ValueError:  # "http://[broken"
        return ""


def same_page(url: str) -> str:
    """What all ways to link to one page have in common: no scheme, www., m., amp, tracking, fragment or last slash."""
    parts = _split(url)
    if not parts:
        return url
    host = _HOST_PREFIX.sub("", parts.netloc.lower())
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0])]
    path = _AMP_PATH.sub("", parts.path).rstrip("/")
    return host + path + ("?" + urlencode(query) if query else "")


def host_of(url: str) -> str:
    """The site an address belongs to ("turnbackhoax.id"), empty where there is none."""
    parts = _split(url)
    return _HOST_PREFIX.sub("", parts.hostname or "") if parts else ""


def derived_id(*parts: str) -> str:
    """An id that is the same for the same parts on every machine and in every run."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:20]


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        return parts if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:  # "http://[broken"
        return None
