"""The files of a learned model: read when first used, recognised, and told of in our own words where damaged."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from periksa.errors import ModelUnavailable

T = TypeVar("T")


class File(Generic[T]):
    """A file, and what `load` makes of its content. Safe to use from many threads."""

    def __init__(self, path: Path, load: Callable[[bytes], T]) -> None:
        self._path = path
        self._load = load
        self._lock = Lock()
        self._loaded: tuple[T, str] | None = None

    @property
    def made(self) -> T:
        """What was made of it. Raises: ModelUnavailable."""
        return self._once()[0]

    @property
    def hash(self) -> str:
        """SHA-256 of exactly what was loaded. Raises: ModelUnavailable."""
        return self._once()[1]

    def _once(self) -> tuple[T, str]:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._read()
            return self._loaded

    def _read(self) -> tuple[T, str]:
        try:
            content = self._path.read_bytes()
            return self._load(content), hashlib.sha256(content).hexdigest()
        except ModelUnavailable:
            raise
        except Exception as error:
            raise unusable(self._path, _what(error)) from error


def unusable(path: Path, what: str) -> ModelUnavailable:
    """The error that says so."""
    return ModelUnavailable(
        f"The learned model in {path} cannot be used ({what}); install periksa-models again, or set models.use to "
        '"none" to answer by words alone.'
    )


def together(*hashes: str) -> str:
    """The fingerprint of several files."""
    return hashlib.sha256(" ".join(hashes).encode()).hexdigest()[:16]


def _what(error: Exception) -> str:
    """What the library that read it has to say, cut to a part of a sentence."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")[:160]
