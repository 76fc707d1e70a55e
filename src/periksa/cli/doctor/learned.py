"""Checks of the learned models, and of how far the index knows what articles mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from periksa.cli.doctor.row import Row, State
from periksa.errors import ModelUnavailable, PeriksaError

if TYPE_CHECKING:
    from periksa.app import Models, Periksa
    from periksa.config import ModelsSettings

SUFFIXES = (".onnx", ".npz", ".spm")
INSTALL = "Install them: pip install ./models onnxruntime sentencepiece, then periksa reindex"


def models(settings: ModelsSettings) -> Row:
    """Which models there are, and whether they can be read."""
    from periksa import app

    learned = app.models(settings)
    try:
        _ = learned.encoder and learned.encoder.fingerprint, learned.close and learned.close.fingerprint
    except PeriksaError as error:
        return Row("models", State.PROBLEM, str(error), "Answers wait until this is mended.")
    wanted = learned.close or settings.use == "none" or (settings.use == "small" and learned.encoder)
    state = State.OK if wanted else State.WARNING
    return Row("models", state, _which(learned), "" if wanted else INSTALL)


def _which(learned: Models) -> str:
    if learned.folder is None:
        return f"words only: {learned.why}"
    size = sum(file.stat().st_size for file in learned.folder.iterdir() if file.suffix in SUFFIXES)
    where = f"{size / 1e6:,.0f} MB in {learned.folder}"
    if learned.close:
        return f"encoder and close reader, {where}"
    return f"an encoder without close reader ({learned.why}), {where}"


def meanings(periksa: Periksa, total: int) -> Row | None:
    """How many articles cannot be found by their meaning; None where that is nothing to tell. Raises: PeriksaError."""
    encoder = periksa.models.encoder
    try:
        known = periksa.index.meant(encoder.fingerprint) if encoder else total
    except ModelUnavailable:
        return None
    if known >= total:
        return None
    found = f"{total - known:,} of {total:,} articles have no meaning by these models"
    return Row("meanings", State.WARNING, found, "Build the index anew: periksa reindex")
