"""Files of the page, held in memory, compressed once, kept by browsers for good: their address carries their hash."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class _File:
    type: str
    plain: bytes
    packed: bytes


class Static:
    """The folder `static/` of a package; all its files share one version, so they find one another by relative names.

    `at` is the path they are found below.
    """

    def __init__(self, package: str = __package__, at: str = "/static") -> None:
        self._at = at
        folder = files(package).joinpath("static")
        found = sorted((file.name, file.read_bytes()) for file in folder.iterdir())
        self.version = sha256(b"".join(name.encode() + content for name, content in found)).hexdigest()[:12]
        self._files = {
            name: _File(_TYPES[name.rpartition(".")[2]], content, gzip.compress(content, mtime=0))
            for name, content in found
        }

    def url(self, name: str) -> str:
        """Where browsers find a file. Raises: KeyError if there is none of that name."""
        _ = self._files[name]
        return f"{self._at}/{self.version}/{name}"

    def routes(self) -> list[Route]:
        """GET /static/{version}/{name}."""
        return [Route(f"{self._at}/{{version}}/{{name}}", self.serve)]

    async def serve(self, request: Request) -> Response:
        """One file; a page of an older version gets today's, but must not keep it."""
        file = self._files.get(request.path_params["name"])
        if file is None:
            return PlainTextResponse("no such file\n", 404)
        current = request.path_params["version"] == self.version
        headers = {
            "cache-control": "public, max-age=31536000, immutable" if current else "no-cache",
            "content-type": file.type,
            "vary": "accept-encoding",
        }
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(file.packed, headers=headers | {"content-encoding": "gzip"})
        return Response(file.plain, headers=headers)
