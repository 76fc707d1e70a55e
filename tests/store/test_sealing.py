"""What is sealed tells nothing and opens with any of the keys; the key file is made once, for its owner only."""

from __future__ import annotations

import stat
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from periksa.errors import ConfigError, SealError
from periksa.model import Address
from periksa.store.sealing import Sealing, read_keys, rotate

OLD, NEW = b"o" * 32, b"n" * 32
PHONE = Address("whatsapp", "6281100022233")


@given(value=st.one_of(st.text(st.characters(codec="utf-8")), st.binary()))
def test_what_was_sealed_opens_again(value: str | bytes) -> None:
    sealing = Sealing([OLD])
    opened = sealing.read(sealing.seal(value)) if isinstance(value, str) else sealing.open(sealing.seal(value))
    assert opened == value


def test_sealed_twice_it_looks_different_and_never_like_itself() -> None:
    sealing = Sealing([OLD])
    one, other = sealing.seal("6281100022233"), sealing.seal("6281100022233")
    assert one != other
    assert b"6281100022233" not in one + other


def test_what_is_long_is_packed() -> None:
    sealing = Sealing([OLD])
    raw = b'{"entry": [{"changes": []}]}' * 100
    assert len(sealing.pack(raw)) < len(raw) / 10
    assert sealing.unpack(sealing.pack(raw)) == raw
    assert sealing.unpack(sealing.pack(b"")) == b""


def test_the_first_key_seals_and_all_of_them_open() -> None:
    old, both, new = Sealing([OLD]), Sealing([NEW, OLD]), Sealing([NEW])
    assert both.read(old.seal("x")) == "x"
    assert new.read(both.seal("x")) == "x"
    with pytest.raises(SealError, match="restore the key file"):
        old.open(both.seal("x"))
    with pytest.raises(SealError):
        new.open(old.seal("x"))


def test_what_was_tampered_with_does_not_open() -> None:
    sealing = Sealing([OLD])
    sealed = bytearray(sealing.seal("6281100022233"))
    for at in range(len(sealed)):
        changed = bytes(sealed[:at]) + bytes([sealed[at] ^ 1]) + bytes(sealed[at + 1 :])
        with pytest.raises(SealError):
            sealing.open(changed)
        with pytest.raises(SealError):
            sealing.open(bytes(sealed[: at or 1]))


def test_a_mark_is_the_same_for_the_same_and_for_nothing_else() -> None:
    sealing = Sealing([OLD, NEW])
    assert sealing.mark_of(PHONE) == Sealing([OLD]).mark_of(PHONE)
    others = [
        Sealing([NEW]).mark_of(PHONE),
        sealing.mark_of(Address("telegram", PHONE.value)),
        sealing.mark_of(Address("whatsapp", PHONE.value, "bsuid")),
        sealing.mark("address", "whatsapp", "phone6281100022233"),
        sealing.mark("message", "whatsapp", "phone", "6281100022233"),
    ]
    assert len({sealing.mark_of(PHONE), *others}) == 6


def test_a_name_tells_keys_apart() -> None:
    assert Sealing([NEW, OLD]).names == [Sealing([NEW]).name, Sealing([OLD]).name]
    assert Sealing([NEW]).name != Sealing([OLD]).name


@pytest.mark.parametrize("keys", [[], [b"short"], [OLD, b"o" * 33]])
def test_what_is_no_key_is_refused(keys: list[bytes]) -> None:
    with pytest.raises(ConfigError, match="32 bytes"):
        Sealing(keys)


# ---------------------------------------------------------------- the file


def test_the_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "data" / "keys"
    first = read_keys(file)
    assert read_keys(file).names == first.names
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "Keep a copy" in file.read_text()
    assert list(file.parent.iterdir()) == [file]


def test_processes_that_start_at_once_agree_on_the_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(lambda _: read_keys(tmp_path / "keys").name, range(40)))
    assert len(names) == 1


def test_a_rotated_file_seals_with_a_new_key_and_opens_the_old(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    old = read_keys(file)
    rotated = rotate(file)
    assert rotated.names == [rotated.name, old.name]
    assert read_keys(file).names == rotated.names
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_keys_may_be_given_without_a_file(tmp_path: Path) -> None:
    written = ", ".join(urlsafe_b64encode(key).decode() for key in (NEW, OLD))
    assert read_keys(tmp_path / "keys", written).names == Sealing([NEW, OLD]).names
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("content", ["", "# nothing but this", "rahasia", "a" * 42, "a" * 43 + " rahasia", "é" * 43])
def test_a_file_without_a_key_is_refused_and_its_content_stays_unsaid(tmp_path: Path, content: str) -> None:
    file = tmp_path / "keys"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match="restore them from your copy") as caught:
        read_keys(file)
    assert str(file) in str(caught.value)
    assert "rahasia" not in str(caught.value)
    assert file.read_text(encoding="utf-8") == content
