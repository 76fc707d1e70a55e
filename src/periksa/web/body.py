"""Reading what was posted, up to a limit."""

from __future__ import annotations

from starlette.requests import Request

from periksa.errors import PeriksaError


class TooLarge(PeriksaError):
    """The body is longer than its door allows; the rest was not read."""


async def read(request: Request, most: int) -> bytes:
    """The body, at most `most` bytes of it. Raises: TooLarge, before more than that is held."""
    sentence = f"the body is longer than {most} bytes"
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise TooLarge(sentence)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise TooLarge(sentence)
    return bytes(body)
