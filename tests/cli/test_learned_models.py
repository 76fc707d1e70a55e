"""Learned models as an operator meets them: which are taken, what `periksa doctor` says, what happens without them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from periksa import app
from periksa.app import learned as choosing
from periksa.config import ModelsSettings, load
from periksa.encoders.network import NetworkEncoder
from periksa.encoders.static import StaticEncoder

from .conftest import opened

TINY = Path(__file__).parents[1] / "encoders/tiny"


@pytest.fixture
def models(tmp_path, monkeypatch) -> Path:
    """The tiny models, set up."""
    folder = shutil.copytree(TINY, tmp_path / "models")
    monkeypatch.setenv("PERIKSA_MODELS_FOLDER", str(folder))
    return folder


@pytest.fixture
def rows(periksa):
    """What `periksa doctor` says, by what was checked."""
    return lambda: {row["check"]: row for row in json.loads(periksa("doctor", "--json").stdout)}


def taken() -> app.Models:
    return app.models(load(None).config.models)


class TestWhichAreTaken:
    def test_all_that_are_there(self, models):
        learned = taken()
        assert isinstance(learned.encoder, NetworkEncoder)
        assert learned.close
        assert learned.why == ""

    def test_an_encoder_without_a_close_reader(self, models):
        (models / "reader.onnx").unlink()
        learned = taken()
        assert isinstance(learned.encoder, NetworkEncoder)
        assert learned.close is None
        assert learned.why == f"there is no reader.onnx in {models}"

    @pytest.mark.parametrize("lacking", ["encoder.onnx", "pieces.npz"])
    def test_the_small_one_where_the_network_is_not_whole(self, models, lacking):
        (models / lacking).unlink()
        learned = taken()
        assert isinstance(learned.encoder, StaticEncoder)
        assert (learned.close, learned.why) == (None, f"there is no {lacking} in {models}")

    def test_the_small_one_without_onnxruntime(self, models, monkeypatch):
        found = choosing.find_spec
        monkeypatch.setattr(choosing, "find_spec", lambda name: None if name == "onnxruntime" else found(name))
        learned = taken()
        assert isinstance(learned.encoder, StaticEncoder)
        assert learned.why == "onnxruntime is not installed"

    def test_words_alone_without_a_vocabulary(self, models):
        (models / "pieces.spm").unlink()
        assert taken().encoder is None
        assert taken().why == f"there is no pieces.spm in {models}"

    def test_words_alone_without_sentencepiece(self, models, monkeypatch):
        found = choosing.find_spec
        monkeypatch.setattr(choosing, "find_spec", lambda name: None if name == "sentencepiece" else found(name))
        assert (taken().encoder, taken().why) == (None, "sentencepiece is not installed")

    def test_words_alone_without_the_package(self):
        assert app.models(ModelsSettings()) == app.Models(why="the package periksa-models is not installed")

    def test_what_the_settings_want(self, models, monkeypatch):
        monkeypatch.setenv("PERIKSA_MODELS_USE", "small")
        assert isinstance(taken().encoder, StaticEncoder)
        monkeypatch.setenv("PERIKSA_MODELS_USE", "none")
        assert taken() == app.Models(why="models.use is none")


class TestDoctor:
    def test_without_models(self, rows, monkeypatch):
        row = rows()["models"]
        assert row["state"] == "warning"
        assert row["found"] == "words only: the package periksa-models is not installed"
        assert row["do"].startswith("Install them: pip install")
        monkeypatch.setenv("PERIKSA_MODELS_USE", "none")
        assert rows()["models"] == {
            "check": "models",
            "state": "ok",
            "found": "words only: models.use is none",
            "do": "",
        }

    def test_with_models(self, rows, models, filled):
        found = rows()
        assert found["models"]["state"] == "ok"
        assert found["models"]["found"] == f"encoder and close reader, 0 MB in {models}"
        assert "meanings" not in found

    def test_models_that_came_after_the_articles(self, rows, filled, models, periksa):
        row = rows()["meanings"]
        assert row["found"] == "2 of 2 articles have no meaning by these models"
        assert row["do"] == "Build the index anew: periksa reindex"
        assert periksa("reindex").exit_code == 0
        assert "meanings" not in rows()

    def test_damaged_models(self, rows, models, filled):
        (models / "encoder.onnx").write_bytes(b"rusak")
        found = rows()
        assert found["models"]["state"] == "problem"
        assert f"{models}/encoder.onnx cannot be used" in found["models"]["found"]
        assert found["index"]["state"] == "ok"


def test_what_is_imported_has_its_meaning_at_once(models, filled):
    with opened() as installation:
        assert installation.index.meant(installation.models.encoder.fingerprint) == 2


def test_a_damaged_model_ends_a_command_with_one_sentence(periksa, models, filled):
    (models / "pieces.npz").write_bytes(b"rusak")
    asked = periksa("ask", "air kelapa muda bisa ular")
    assert asked.exit_code == 1
    assert f"{models}/pieces.npz cannot be used" in str(asked.exception)
