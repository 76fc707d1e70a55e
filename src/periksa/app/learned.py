"""Which learned models can be had here: the installed package, or a folder that the settings name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from periksa.config import ModelsSettings
from periksa.encoders import CloseReader, Encoder
from periksa.encoders.close import NetworkCloseReader
from periksa.encoders.network import NetworkEncoder
from periksa.encoders.pieces import Table, Vocabulary
from periksa.encoders.static import StaticEncoder

NETWORK = ("pieces.spm", "pieces.npz", "encoder.onnx")
SMALL = ("pieces.spm", "static.npz")
"""The files of the two encoders."""


@dataclass(frozen=True)
class Models:
    """The learned models that can be had here; nothing of them is read before it is needed."""

    encoder: Encoder | None = None
    close: CloseReader | None = None
    folder: Path | None = None
    why: str = ""
    """Why there are no more of them, as a part of a sentence; empty where all are here."""


def models(settings: ModelsSettings) -> Models:
    """The best models that these settings want and this machine has."""
    if settings.use == "none":
        return Models(why="models.use is none")
    folder = Path(settings.folder).expanduser() if settings.folder else _installed_models()
    if folder is None:
        return Models(why="the package periksa-models is not installed")
    vocabulary = Vocabulary(folder / "pieces.spm")
    lacking = "models.use is small" if settings.use == "small" else _lacking(folder, NETWORK, "onnxruntime")
    if not lacking:
        table = Table(folder / "pieces.npz", vocabulary)
        encoder = NetworkEncoder(folder / "encoder.onnx", vocabulary, table, settings.threads)
        unread = _lacking(folder, ("reader.onnx",))
        close = None if unread else NetworkCloseReader(folder / "reader.onnx", vocabulary, table, settings.threads)
        return Models(encoder, close, folder, unread)
    if _lacking(folder, SMALL):
        return Models(why=lacking if settings.use == "all" else _lacking(folder, SMALL))
    return Models(StaticEncoder(vocabulary, Table(folder / "static.npz", vocabulary)), None, folder, lacking)


def _installed_models() -> Path | None:
    try:
        from periksa_models import FOLDER
    except ImportError:
        return None
    return Path(FOLDER)


def _lacking(folder: Path, files: Sequence[str], library: str = "sentencepiece") -> str:
    """What of this is not here, as a part of a sentence; empty where nothing is missing."""
    absent = [name for name in dict.fromkeys(("sentencepiece", library)) if find_spec(name) is None]
    if absent:
        return f"{absent[0]} is not installed"
    missing = [name for name in files if not (folder / name).is_file()]
    return f"there is no {' and no '.join(missing)} in {folder}" if missing else ""
