"""Sealing: what names a person is unreadable in the database, and its backups, without a key that is kept elsewhere.

*Sealed* is AES-256-GCM under a key derived from the first secret; whatever was sealed under any of the secrets opens.
A *mark* is HMAC-SHA256 under another key derived from the first: equal values have equal marks, so that a number can be
looked up, and nobody without the key can tell whose mark it is by trying all numbers.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from periksa.errors import ConfigError, SealError
from periksa.model import Address

SIZE = 32
"""Bytes of a secret."""
ABOUT = """\
# Keys that seal people's addresses in the database of periksa. The first seals; all of them open.
# Keep a copy apart from the database and its backups: without this file they cannot be opened again.
# To change the key: periksa keys --rotate
"""
_NAME = 4
_NONCE = 12
_KEY = re.compile(r"[\w-]{43}=?", re.ASCII)


class Sealing:
    """Seals and marks with the first of `keys`, opens with any. Raises: ConfigError if there is none of 32 bytes."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != SIZE for key in keys):
            raise ConfigError("A key that seals addresses is 32 bytes, and there must be one.")
        self._first, *_ = self._names = [_derived(key, b"name")[:_NAME] for key in keys]
        self._ciphers = {name: AESGCM(_derived(key, b"seal")) for name, key in zip(self._names, keys, strict=True)}
        self._mark = _derived(keys[0], b"mark")

    @property
    def name(self) -> str:
        """What the first key is called, which tells nothing about it."""
        return self._first.hex()

    @property
    def names(self) -> list[str]:
        """All of them."""
        return [name.hex() for name in self._names]

    def seal(self, value: str | bytes) -> bytes:
        """The value, unreadable; sealed twice it looks different each time. Nothing stays nothing."""
        if not value:
            return b""
        nonce = os.urandom(_NONCE)
        raw = value.encode() if isinstance(value, str) else value
        return self._first + nonce + self._ciphers[self._first].encrypt(nonce, raw, None)

    def open(self, sealed: bytes) -> bytes:
        """The value. Raises: SealError if none of the keys opens it."""
        if not sealed:
            return b""
        name, nonce, rest = sealed[:_NAME], sealed[_NAME : _NAME + _NONCE], sealed[_NAME + _NONCE :]
        try:
            return self._ciphers[name].decrypt(nonce, rest, None)
        except (KeyError, ValueError, InvalidTag):
            problem = "A sealed value cannot be opened: its key is missing, or it was damaged; restore the key file."
            raise SealError(problem) from None

    def read(self, sealed: bytes) -> str:
        """The text that was sealed. Raises: SealError."""
        return self.open(sealed).decode()

    def pack(self, value: bytes) -> bytes:
        """Something long, compressed and sealed."""
        return self.seal(zlib.compress(value, 1)) if value else b""

    def unpack(self, sealed: bytes) -> bytes:
        """What was packed. Raises: SealError."""
        return zlib.decompress(self.open(sealed)) if sealed else b""

    def mark_of(self, address: Address) -> bytes:
        """By which an address is found."""
        return self.mark("address", address.channel, address.kind, address.value)

    def mark(self, *parts: str) -> bytes:
        """The same for the same parts, and telling nothing about them."""
        return hmac.digest(self._mark, "\0".join(parts).encode(), "sha256")


def _derived(key: bytes, purpose: bytes) -> bytes:
    """One secret, a key for each purpose: HKDF-Expand (RFC 5869) for a single block."""
    return hmac.digest(key, b"periksa " + purpose + b"\x01", sha256)


def read_keys(file: Path, written: str = "", sealed: Callable[[], str] = str) -> Sealing:
    """The keys in `written` (between them commas or spaces) or else in `file`, which is made if there is none.

    `sealed` names the key that the database is sealed with, or nothing: then a new key would open none of it.

    Raises: ConfigError for what is no key; SealError where a file is missing that must not be made anew; OSError.
    """
    if written:
        return Sealing(_parse(written, "The keys in store.keys"))
    if not file.exists():
        name = sealed()
        if name and not file.exists():  # nobody made it meanwhile
            raise SealError(
                f"The key file {file} is missing, and the database is sealed with its key {name}: restore the file "
                "from your copy, or name the right one (store.key_file)."
            )
        file.parent.mkdir(parents=True, exist_ok=True)
        _write_new(file, [secrets.token_bytes(SIZE)])
    return Sealing(_keys_of(file))


def rotate(file: Path) -> Sealing:
    """A new key before those in `file`. The database is sealed anew when it is opened next. Raises: as `read_keys`."""
    keys = [secrets.token_bytes(SIZE), *_keys_of(file)]
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    _write_new(new, keys)
    new.replace(file)
    return Sealing(keys)


def _keys_of(file: Path) -> list[bytes]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return _parse(" ".join(line.partition("#")[0] for line in lines), f"The keys in {file}")


def _parse(written: str, whose: str) -> list[bytes]:
    words = written.replace(",", " ").split()
    if not words or not all(_KEY.fullmatch(word) for word in words):
        raise ConfigError(f"{whose} are not 43 letters and digits each: restore them from your copy.")
    return [urlsafe_b64decode(word.rstrip("=") + "=") for word in words]


def _write_new(file: Path, keys: Sequence[bytes]) -> None:
    """Whole or not at all, readable by its owner only, and never over another that came first."""
    handle, unfinished = _open_beside(file)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(ABOUT)
        out.writelines(f"{urlsafe_b64encode(key).decode().rstrip('=')}\n" for key in keys)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(unfinished, file)
    except FileExistsError:
        pass  # another process was first: its key counts
    finally:
        unfinished.unlink()


def _open_beside(file: Path) -> tuple[int, Path]:
    unfinished = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    return os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), unfinished
