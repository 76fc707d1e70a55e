"""Files in a folder: kept whole or not at all, once however often they are sent, and gone when the last one goes."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from periksa.errors import FetchError, StoreError
from periksa.store.files import Files

PICTURE = [b"\x89PNG", b"", b" gambar banjir"]
WHOLE = b"".join(PICTURE)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


def kept(tmp_path: Path) -> list[Path]:
    """Everything in the folder that is a file."""
    return [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


def test_a_file_is_kept_under_its_message(files: Files, tmp_path: Path) -> None:
    assert files.keep("m-1", PICTURE) == len(WHOLE)
    path = files.path("m-1")
    assert path
    assert path.read_bytes() == WHOLE
    assert files.path("m-2") is None
    assert stat.S_IMODE((tmp_path / "files/bytes").stat().st_mode) == 0o700


def test_copies_take_room_once_and_go_with_the_last(files: Files, tmp_path: Path) -> None:
    """field: "the same forward thousands of times"."""
    for number in range(4):
        files.keep(f"m-{number}", PICTURE)
    files.keep("m-9", [b"lain"])
    assert len({path.stat().st_ino for path in kept(tmp_path)}) == 2
    assert files.drop(["m-0", "m-1", "m-2", "m-tidak-ada"]) == 3
    assert files.path("m-0") is None
    assert (files.path("m-3") or Path()).read_bytes() == WHOLE
    assert files.drop(["m-3", "m-9"]) == 2
    assert kept(tmp_path) == []


def test_the_same_message_twice_is_once(files: Files, tmp_path: Path) -> None:
    files.keep("m-1", PICTURE)
    files.keep("m-1", PICTURE)
    assert len(kept(tmp_path)) == 2, "its bytes and the link"
    assert files.drop(["m-1"]) == 1
    assert kept(tmp_path) == []


def test_what_breaks_off_leaves_nothing_behind(files: Files, tmp_path: Path) -> None:
    def torn() -> Iterator[bytes]:
        yield b"separuh"
        raise FetchError("terputus")

    with pytest.raises(FetchError, match="terputus"):
        files.keep("m-1", torn())
    assert files.path("m-1") is None
    assert kept(tmp_path) == []


@pytest.mark.parametrize("id", ["", "../keluar", "a/b", ".sembunyi", "x" * 201, "a\0b"])
def test_no_id_leads_out_of_the_folder(files: Files, id: str) -> None:
    with pytest.raises(StoreError, match="no file of this name"):
        files.keep(id, PICTURE)
    with pytest.raises(StoreError, match="no file of this name"):
        files.path(id)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("bukan folder")
    with pytest.raises(StoreError, match=r"a file cannot be kept in .*files"):
        Files(tmp_path / "files").keep("m-1", PICTURE)


def test_many_at_once_keep_and_drop_the_same_bytes(files: Files, tmp_path: Path) -> None:
    def come_and_go(number: int) -> int:
        files.keep(f"m-{number}", PICTURE)
        path = files.path(f"m-{number}")
        assert path
        assert path.read_bytes() == WHOLE
        return files.drop([f"m-{number}"])

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(come_and_go, range(200))) == 200
    assert kept(tmp_path) == []
    assert not list((tmp_path / "files/bytes").glob("coming-*"))
