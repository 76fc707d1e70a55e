"""Where things of the library are found."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request


def article(id: str) -> str:
    """The path of an article's page."""
    return f"/articles/{quote(id, safe='')}"


def speaker(key: str) -> str:
    """The path of a speaker's page."""
    return f"/said/{quote(key, safe='')}"


def root(request: Request, public: str) -> str:
    """Our address without a path: `public` where that is set, else as the request names us."""
    return (public or str(request.base_url)).rstrip("/")
