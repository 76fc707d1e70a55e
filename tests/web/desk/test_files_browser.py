"""A picture and a voice note in a real Chromium: seen and heard; a page that poses as a picture is not run."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.web.conftest import CHROMIUM
from tests.web.desk.conftest import Newsroom
from tests.web.desk.test_desk_browser import enter  # noqa: F401 - a fixture
from tests.web.desk.test_files import send

from periksa.model import MessageKind

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on PATH: apt-get install chromium"),
]
SILENCE = (b"\xff\xfb\x90\x00" + b"\0" * 413) * 40
"""A second of it, as MP3."""


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


RED = b"".join(
    [
        b"\x89PNG\r\n\x1a\n",
        chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)),
        chunk(b"IDAT", zlib.compress((b"\0" + b"\xff\0\0" * 2) * 2)),
        chunk(b"IEND", b""),
    ]
)


def look(page: Page, name: str) -> Page:
    with page.expect_popup() as opened:
        page.get_by_role("link", name=name).click()
    opened.value.wait_for_load_state()
    return opened.value


def test_a_picture_is_seen_and_a_voice_note_heard(newsroom: Newsroom, enter: Callable[..., Page]) -> None:  # noqa: F811
    case, _ = send(newsroom, RED)
    send(newsroom, SILENCE, MessageKind.AUDIO)
    page = enter(f"/desk/cases/{case.id}")
    picture = look(page, "Lihat gambar")
    picture.wait_for_function("document.images[0]?.naturalWidth === 2")
    sound = look(page, "Dengarkan")
    sound.wait_for_function("document.querySelector('video, audio')?.duration > 0.9")
    expect(page.locator("main img")).to_have_count(0)


def test_a_page_that_poses_as_a_picture_is_only_downloaded(
    newsroom: Newsroom,
    enter: Callable[..., Page],  # noqa: F811
) -> None:
    case, _ = send(newsroom, b"<script>document.title = 'jahat'</script>")
    page = enter(f"/desk/cases/{case.id}")
    page.evaluate("document.querySelectorAll('a[target]').forEach(each => each.removeAttribute('target'))")
    with page.expect_download() as download:
        page.get_by_role("link", name="Lihat gambar").click()
    assert download.value.suggested_filename == "image.bin"
    assert "jahat" not in page.title()
