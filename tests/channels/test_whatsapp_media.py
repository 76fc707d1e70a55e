"""Files behind messages: the real client against the fake platform, and against platforms that lie."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from periksa.channels.whatsapp import WhatsApp
from periksa.channels.whatsapp.media import DOCUMENT, MEGABYTE, SIZES, digest
from periksa.errors import FetchError, FetchLater
from periksa.model import Media
from periksa.web.fake_graph import FakeGraph
from periksa.web.fake_graph.written import File

pytestmark = pytest.mark.network

VOICE = b"OggS suara " * 40_000
OGG = "audio/ogg; codecs=opus"
HEX = hashlib.sha256(VOICE).hexdigest()
BASE64 = base64.b64encode(hashlib.sha256(VOICE).digest()).decode()
MEDIA = Media("media-1", OGG, BASE64)

Lying = Callable[..., WhatsApp]


def whole(channel: WhatsApp, media: Media = MEDIA, most: int = MEGABYTE) -> bytes:
    return b"".join(channel.fetch(media, most))


def test_a_file_is_fetched_in_two_steps_and_checked(whatsapp: WhatsApp, fake: FakeGraph) -> None:
    """media in: "GET media id → URL valid 5 min, needs the token; check `sha256` and size, cap before download"."""
    fake.keep("media-1", File(VOICE, OGG))
    assert whole(whatsapp) == VOICE
    assert whole(whatsapp, Media("media-1")) == VOICE, "a webhook need not announce type and hash"


def test_a_file_the_platform_does_not_have_is_not_asked_for_again(whatsapp: WhatsApp) -> None:
    with pytest.raises(FetchError, match="does not have where the file is any more") as caught:
        whole(whatsapp)
    assert not caught.value.retry


@pytest.mark.parametrize("id", ["", "../1", "1/messages", "1?fields=x", "1#"])
def test_an_id_that_is_none_asks_for_nothing(whatsapp: WhatsApp, id: str) -> None:
    with pytest.raises(FetchError, match="names no file"):
        whole(whatsapp, Media(id))


def test_a_file_that_is_too_large_is_not_loaded(whatsapp: WhatsApp, fake: FakeGraph) -> None:
    fake.keep("media-1", File(VOICE, OGG))
    with pytest.raises(FetchError, match="the file has 440,000 bytes; at most 439,999 are fetched"):
        whole(whatsapp, most=len(VOICE) - 1)
    assert fake.loads == 0
    assert whole(whatsapp, most=len(VOICE)) == VOICE


def test_the_platforms_own_limits_hold_as_well() -> None:
    """media sizes: "JPEG/PNG 5 MB, audio 16 MB (ogg/opus), video 16 MB, document 100 MB"."""
    assert {kind: size // MEGABYTE for kind, size in SIZES.items()} == {"image": 5, "audio": 16, "video": 16}
    assert DOCUMENT // MEGABYTE == 100


def test_a_file_of_another_type_or_hash_is_refused(whatsapp: WhatsApp, fake: FakeGraph) -> None:
    fake.keep("media-1", File(VOICE, "image/png"))
    with pytest.raises(FetchError, match="another type than the message announced"):
        whole(whatsapp)
    fake.keep("media-1", File(b"lain", OGG))
    with pytest.raises(FetchError, match="not the one the message announced"):
        whole(whatsapp)


@pytest.fixture
def lying(stage: Any, patient: WhatsApp) -> Lying:
    """A platform that says `told` about the file and then gives `answer`."""

    def to(answer: Callable[[], Response] = lambda: Response(VOICE, media_type=OGG), **told: Any) -> WhatsApp:
        async def where(request: Request) -> Response:
            url = str(request.url_for("load"))
            return JSONResponse({"url": url, "mime_type": OGG, "sha256": HEX, "file_size": len(VOICE)} | told)

        async def load(request: Request) -> Response:
            assert request.headers["authorization"] == "Bearer token-uji"
            return answer()

        stage.app = Starlette(routes=[Route("/load", load, name="load"), Route("/{version}/{id}", where)])
        return patient

    return to


def endless() -> Response:
    async def pieces() -> Any:
        while True:
            yield b"x" * 65536
            await asyncio.sleep(0)  # so that the server sees that nobody reads any more

    return StreamingResponse(pieces(), media_type=OGG)


@pytest.mark.parametrize(
    ("answer", "told", "problem"),
    [
        pytest.param(endless, {"file_size": 0}, "more than the 1,048,576 bytes", id="no end"),
        pytest.param(
            lambda: Response(b"x" * 2_000_000), {"file_size": 9}, "has 2,000,000 bytes", id="longer than told"
        ),
        pytest.param(lambda: Response(VOICE[:-1] + b"X"), {}, "does not have the SHA-256", id="other bytes"),
        pytest.param(lambda: Response(VOICE, media_type="text/html"), {}, "another type than announced", id="a page"),
        pytest.param(lambda: Response(status_code=404), {}, "does not have the file any more", id="expired"),
        pytest.param(Response, {"url": "https://evil.example/x"}, "token is not shown", id="another host"),
        pytest.param(Response, {"url": "http://lookaside.fbsbx.com/x"}, "token is not shown", id="in the clear"),
        pytest.param(Response, {"url": "https://fbsbx.com.evil.example/x"}, "token is not shown", id="a look-alike"),
        pytest.param(Response, {"url": ["x"]}, "cannot be read", id="no address"),
        pytest.param(Response, {"url": "https://fbsbx.com:x/"}, "address of the file that is none", id="no port"),
    ],
)
def test_a_file_that_is_not_what_was_announced_is_refused(
    lying: Lying, answer: Callable[[], Response], told: dict[str, Any], problem: str
) -> None:
    """media in: "check `sha256` and size, cap before download"."""
    with pytest.raises(FetchError, match=problem) as caught:
        whole(lying(answer, **told))
    assert not caught.value.retry


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_what_may_be_had_later_is_asked_for_again(
    answering: Callable[..., WhatsApp], lying: Lying, status: int
) -> None:
    with pytest.raises(FetchLater, match=f"HTTP {status}"):
        whole(lying(lambda: Response(status_code=status)))


def test_a_file_that_breaks_off_is_asked_for_again_and_its_end_never_handed_on(lying: Lying) -> None:
    got = []
    with pytest.raises(FetchLater, match="cut off"):
        got.extend(lying(lambda: Response(VOICE[:-1]), sha256="").fetch(Media("media-1"), MEGABYTE))
    assert len(b"".join(got)) < len(VOICE) - 1


def test_a_platform_that_cannot_be_reached_is_asked_again(sender_to: Callable[[str], Any]) -> None:
    with sender_to("http://127.0.0.1:9") as channel, pytest.raises(FetchLater, match="ConnectError"):
        whole(channel)


@pytest.mark.parametrize(
    ("text", "known"), [(HEX, True), (HEX.upper(), True), (BASE64, True), ("x", False), ("", False), ("é" * 64, False)]
)
def test_a_hash_is_read_in_both_ways_of_writing(text: str, known: bool) -> None:
    assert digest(text) == (bytes.fromhex(HEX) if known else b"")
