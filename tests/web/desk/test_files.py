"""Files that people sent: who may see them, of which case, and as what a browser takes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from tests.web.desk.conftest import RUMOUR, Newsroom

from periksa.model import Address, Case, Media, Message, MessageKind, Role

pytestmark = pytest.mark.network
JPEG = b"\xff\xd8\xff\xe0" + b"\x00\x10JFIF" * 40
OPUS = b"OggS\x00\x02" + b"\x00" * 60
MP4 = b"\x00\x00\x00\x20ftypisom" + b"\x00" * 60
SCRIPT = b"<!doctype html><script>alert(1)</script>"


@pytest.fixture
def editor(as_: Callable[..., httpx2.Client]) -> httpx2.Client:
    return as_(Role.EDITOR, "ayu")


def send(
    newsroom: Newsroom,
    content: bytes | None,
    kind: MessageKind = MessageKind.IMAGE,
    key: str = "foto",
    person: str = "rina",
    mark: str = "",
) -> tuple[Case, str]:
    """Somebody sends a file; the case, and the id of the message. No content: it was not fetched."""
    id, at = newsroom.new_id(), newsroom.clock()

    def sent(tx: Any) -> Case:
        contact = tx.contacts.resolve([Address("web", person, "session")], f"c-{person}", at)
        media = Media(f"wa-{id}", "image/jpeg", mark)
        tx.messages.add(Message(id, contact, "web", f"p-{id}", kind, at, at, media=media))
        return tx.cases.join([key], f"[{kind}]", id, at, f"case-{id}")

    case = newsroom.do(sent)
    if content is not None:
        newsroom.files.keep(id, [content])
    return case, id


def address(case: Case, message: str) -> str:
    return f"/desk/cases/{case.id}/files/{message}"


def looks(newsroom: Newsroom) -> list[tuple[str, str, str, str]]:
    return [each for each in newsroom.audit() if each[1] == "looked at a file"]


def test_an_editor_sees_a_picture_and_the_log_says_so(newsroom: Newsroom, editor: httpx2.Client) -> None:
    case, message = send(newsroom, JPEG)
    page = editor.get(f"/desk/cases/{case.id}").text
    assert f'href="{address(case, message)}" target="_blank" rel="noopener noreferrer">See the picture</a>' in page
    assert f'src="{address(case, message)}' not in page
    assert looks(newsroom) == []
    answer = editor.get(address(case, message))
    assert (answer.status_code, answer.content) == (200, JPEG)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-disposition"] == 'inline; filename="image.jpg"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert looks(newsroom) == [("ayu", "looked at a file", case.id, "")]


@pytest.mark.parametrize(
    ("content", "kind", "type", "shown"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, MessageKind.IMAGE, "image/png", "inline"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", MessageKind.STICKER, "image/webp", "inline"),
        (b"GIF89a" + b"\0" * 20, MessageKind.IMAGE, "image/gif", "inline"),
        (OPUS, MessageKind.AUDIO, "audio/ogg", "inline"),
        (b"ID3\x04" + b"\0" * 20, MessageKind.AUDIO, "audio/mpeg", "inline"),
        (b"\xff\xf1\x50\x80" + b"\0" * 20, MessageKind.AUDIO, "audio/aac", "inline"),
        (b"\0\0\0\x20ftypM4A " + b"\0" * 20, MessageKind.DOCUMENT, "audio/mp4", "inline"),
        (MP4, MessageKind.AUDIO, "audio/mp4", "inline"),
        (MP4, MessageKind.VIDEO, "video/mp4", "inline"),
        (b"%PDF-1.7 " + b"\0" * 20, MessageKind.DOCUMENT, "application/octet-stream", "attachment"),
        (SCRIPT, MessageKind.IMAGE, "application/octet-stream", "attachment"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            MessageKind.IMAGE,
            *("application/octet-stream", "attachment"),
        ),
        (b"RIFF\x10\0\0\0WAVEfmt ", MessageKind.AUDIO, "application/octet-stream", "attachment"),
        (b"", MessageKind.IMAGE, "application/octet-stream", "attachment"),
    ],
)
def test_a_file_is_what_its_first_bytes_are_whatever_was_said_of_it(
    newsroom: Newsroom, editor: httpx2.Client, content: bytes, kind: MessageKind, type: str, shown: str
) -> None:
    answer = editor.get(address(*send(newsroom, content, kind)))
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["content-type"] == type
    assert answer.headers["content-disposition"].startswith(f'{shown}; filename="{kind}.')


def test_a_part_of_a_sound_can_be_asked_for(newsroom: Newsroom, editor: httpx2.Client) -> None:
    answer = editor.get(address(*send(newsroom, OPUS, MessageKind.AUDIO)), headers={"range": "bytes=0-3"})
    assert (answer.status_code, answer.content) == (206, b"OggS")
    policy = "default-src 'none'; media-src 'self'; sandbox allow-same-origin"
    assert answer.headers["content-security-policy"] == policy


def test_a_file_is_found_only_in_its_own_case(newsroom: Newsroom, editor: httpx2.Client) -> None:
    case, message = send(newsroom, JPEG)
    other = newsroom.ask(RUMOUR, "siti")
    words = newsroom.ask("lihat", "budi", key="foto")
    assert words.id == case.id
    for path in (
        address(other, message),
        f"/desk/cases/tidak-ada/files/{message}",
        address(case, "tidak-ada"),
        address(case, "..%2f..%2fkeys"),
        address(case, "%00"),
    ):
        assert editor.get(path).status_code == 404, path
    assert looks(newsroom) == []


def test_a_file_is_found_by_the_case_that_its_case_became(newsroom: Newsroom, editor: httpx2.Client) -> None:
    first = newsroom.ask(RUMOUR, "siti")
    second, message = send(newsroom, JPEG)
    newsroom.clock.pass_(minutes=1)
    newsroom.casework.merge([first.id, second.id], "ayu")
    for case in (first, second):
        assert editor.get(address(case, message)).content == JPEG
    assert {each[2] for each in looks(newsroom)} == {first.id}
    assert message in editor.get(f"/desk/cases/{first.id}").text


def test_what_was_taken_back_is_nowhere(newsroom: Newsroom, editor: httpx2.Client) -> None:
    case, message = send(newsroom, JPEG)
    send(newsroom, JPEG, person="siti")
    newsroom.do(lambda tx: tx.messages.forget("c-rina", "web", f"p-{message}", newsroom.clock()))
    assert editor.get(address(case, message)).status_code == 404
    assert address(case, message) not in editor.get(f"/desk/cases/{case.id}").text
    assert looks(newsroom) == []


def test_a_file_that_is_not_here_is_said_to_be_missing(newsroom: Newsroom, editor: httpx2.Client) -> None:
    case, message = send(newsroom, None)
    page = editor.get(f"/desk/cases/{case.id}").text
    assert "The file is not here" in page
    assert "/files/" not in page
    assert editor.get(address(case, message)).status_code == 404


def test_the_same_file_from_many_is_listed_once_and_at_most_20(newsroom: Newsroom, editor: httpx2.Client) -> None:
    case, kept = send(newsroom, JPEG, mark="sama")
    for person in ("siti", "budi"):
        send(newsroom, None, person=person, mark="sama")
    page = editor.get(f"/desk/cases/{case.id}").text
    assert page.count("/files/") == 1
    assert kept in page
    assert "The file is not here" not in page
    for _ in range(25):
        send(newsroom, OPUS, MessageKind.AUDIO)
    assert editor.get(f"/desk/cases/{case.id}").text.count("/files/") == 20


def test_a_viewer_gets_no_file_and_no_list_of_them(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:
    case, message = send(newsroom, JPEG)
    viewer = as_(Role.VIEWER)
    assert "/files/" not in viewer.get(f"/desk/cases/{case.id}").text
    assert viewer.get(address(case, message)).status_code == 403
    assert looks(newsroom) == []
