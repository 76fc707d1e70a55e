"""Where the token goes: Telegram wants it in the path of every address, where clients log it and errors quote it."""

from __future__ import annotations

import httpx2


class Bot(httpx2.BaseTransport):
    """Puts the token into the path on the way out, so that nobody above ever sees an address that holds it."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._way = httpx2.HTTPTransport()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """`/getMe` becomes `/bot{token}/getMe`, `/file/…` becomes `/file/bot{token}/…`."""
        path = request.url.path
        folder, name = ("/file", path.removeprefix("/file")) if path.startswith("/file/") else ("", path)
        url = request.url.copy_with(path=f"{folder}/bot{self._token}{name}")
        return self._way.handle_request(
            httpx2.Request(
                request.method, url, headers=request.headers, stream=request.stream, extensions=request.extensions
            )
        )

    def close(self) -> None:
        """Let go of the connections kept alive."""
        self._way.close()
