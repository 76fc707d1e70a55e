"""The widget: one script for a newsroom's pages, which opens the chat in a frame."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from periksa.web.public.chat import FRAME
from periksa.web.public.texts import Texts

KEPT = 3600
"""Seconds a browser keeps the script before it asks whether it is still this one."""


class Widget:
    """The script, made once. `sites` are the origins whose pages may show it: without any it is not handed out."""

    def __init__(self, name: str, languages: Sequence[Texts], sites: Sequence[str]) -> None:
        environment = Environment(loader=PackageLoader(__package__), autoescape=True, undefined=StrictUndefined)
        words = {texts.language: _words(texts, name) for texts in languages}
        readers = {reader: texts.language for texts in languages for reader in texts.readers}
        script = environment.get_template("widget.js").render(words=words, readers=readers, frame=FRAME)
        self._script = script.encode() if sites else b""
        self._tag = f'"{sha256(self._script).hexdigest()[:16]}"'

    def routes(self) -> list[Route]:
        """GET /widget.js."""
        return [Route("/widget.js", self.serve, methods=["GET"])]

    async def serve(self, request: Request) -> Response:
        """The script, for pages of any origin: where the chat may be shown is decided by the frame's own headers."""
        if not self._script:
            return PlainTextResponse("no website may show the chat: name yours in the setting web.sites\n", 404)
        headers = {
            "cache-control": f"public, max-age={KEPT}",
            "content-type": "text/javascript; charset=utf-8",
            "cross-origin-resource-policy": "cross-origin",
            "etag": self._tag,
        }
        if request.headers.get("if-none-match") == self._tag:
            return Response(status_code=304, headers=headers)
        return Response(self._script, headers=headers)


def _words(texts: Texts, name: str) -> dict[str, str]:
    return {
        "ask": texts.words["ask"].format(name=name),
        "close": texts.words["close"],
        "title": texts.words["title"].format(name=name),
    }
