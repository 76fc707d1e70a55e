"""The API: a text in, the decision about it out, as JSON. Nothing is stored, and nothing of the text is sent back.

Whatever goes wrong is a JSON object with one sentence, `{"error": …}`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from periksa.errors import IndexUnavailable, ModelUnavailable, PeriksaError
from periksa.lang import LANGUAGES
from periksa.lang.mend import mend
from periksa.web import body
from periksa.web.line import Allowance

MOST = 8000
"""Longest text in characters: the longest message that is read."""
MOST_BYTES = 128 * 1024
"""Largest body: `MOST` characters take at most twelve bytes each in JSON."""
ASKED, ASKED_PER_MINUTE = 120, 120.0
"""Of one line: each is a whole search."""

_log = logging.getLogger(__name__)


class Asker(Protocol):
    """What the API needs of its corridor."""

    def record(self, text: str, language: str = "") -> Mapping[str, Any]:
        """The decision about a text and its reasons, in a language or else the text's own. Blocking.

        Raises: IndexUnavailable, ModelUnavailable.
        """
        ...


class _Refused(PeriksaError):
    """The request is not answered; the sentence says why."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def routes(asker: Asker, clock: Callable[[], datetime]) -> list[Route]:
    """POST /api/ask."""
    return [Route("/api/ask", _Api(asker, clock).ask, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])]


class _Api:
    def __init__(self, asker: Asker, clock: Callable[[], datetime]) -> None:
        self._asker = asker
        self._clock = clock
        self._allowance = Allowance(ASKED, ASKED_PER_MINUTE)

    async def ask(self, request: Request) -> Response:
        try:
            text, language = _asked(await _posted(request))
            if not self._allowance.takes(request, self._clock()):
                raise _Refused(429, "Too many requests from your address; ask again in a minute.")
            return _say(200, await run_in_threadpool(self._asker.record, text, language))
        except _Refused as refused:
            return _say(refused.status, {"error": str(refused)})
        except (IndexUnavailable, ModelUnavailable) as error:
            _log.error("a question to the API was not answered: %s", error)
            return _say(503, {"error": "The search is not available; ask again in a minute."})


async def _posted(request: Request) -> bytes:
    if request.method != "POST":
        raise _Refused(405, 'POST a JSON object here: {"text": "the message to check"}.')
    try:
        return await body.read(request, MOST_BYTES)
    except body.TooLarge as error:
        raise _Refused(413, f"A text has at most {MOST} characters.") from error


def _asked(raw: bytes) -> tuple[str, str]:
    try:
        sent = json.loads(raw)
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict) or not isinstance(sent.get("text"), str):
        raise _Refused(400, 'The body is not a JSON object with a text: {"text": "the message to check"}.')
    text, language = mend(sent["text"]).strip(), sent.get("language", "")
    if not text:
        raise _Refused(422, "The text is empty.")
    if len(text) > MOST:
        raise _Refused(413, f"A text has at most {MOST} characters.")
    if not isinstance(language, str) or language not in ("", *LANGUAGES):
        raise _Refused(422, f"There is no such language; there are: {', '.join(LANGUAGES)}.")
    return text, language


def _say(status: int, content: Mapping[str, Any]) -> Response:
    more = {405: {"allow": "POST"}, 429: {"retry-after": "60"}, 503: {"retry-after": "60"}}
    return JSONResponse(content, status, headers={"cache-control": "no-store", **more.get(status, {})})
