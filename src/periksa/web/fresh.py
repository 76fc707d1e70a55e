"""Answers that anybody may keep for a while and ask after: "is it still this one?"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

OPEN = {"access-control-allow-origin": "*", "access-control-expose-headers": "etag, link, last-modified"}
"""Pages of any origin may read it: it is public, and no cookie is looked at."""


def answer(
    request: Request,
    content: str | bytes,
    media_type: str,
    keep: int,
    changed: datetime | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The content, to be kept `keep` seconds; 304 where the asker has it already.

    `changed` is left out where the same data may come in other words.
    """
    raw = content.encode("utf-8", "replace") if isinstance(content, str) else content
    tag = f'W/"{sha256(raw).hexdigest()[:20]}"'
    told = {"cache-control": f"public, max-age={keep}", "etag": tag, **(headers or {})}
    if changed:
        told["last-modified"] = format_datetime(changed.replace(microsecond=0), usegmt=True)
    if _has(request, tag, told.get("last-modified", "")):
        return Response(status_code=304, headers=told)
    return Response(raw, headers=told, media_type=media_type)


def _has(request: Request, tag: str, changed: str) -> bool:
    """By tag where one is given, else by the very time: an earlier one may come back when something is withdrawn."""
    asked = request.headers.get("if-none-match")
    if asked is not None:
        opaque = tag.removeprefix("W/")
        return asked.strip() == "*" or opaque in (each.strip().removeprefix("W/") for each in asked.split(","))
    return bool(changed) and request.headers.get("if-modified-since") == changed
