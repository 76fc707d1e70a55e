"""`periksa card`: a picture on disk, and its text on the screen."""

from __future__ import annotations

import pytest

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(("options", "height"), [((), 1080), (("--tall",), 1350)])
def test_a_picture_is_written_and_its_text_is_told(periksa, filled, folder, options, height):
    result = periksa("card", "uji-1", "kartu.png", *options)
    made = (folder / "kartu.png").read_bytes()
    assert made.startswith(PNG)
    assert int.from_bytes(made[20:24], "big") == height
    assert "SALAH, menurut Harian Uji" in result.output
    assert "https://uji.example/air-kelapa" in result.output


def test_its_code_leads_to_our_page_where_we_have_an_address(periksa, filled, monkeypatch):
    monkeypatch.setenv("PERIKSA_WEB_ADDRESS", "https://kami.example")
    assert "https://kami.example/articles/uji-1" in periksa("card", "uji-1", "k.png", "--language", "en").output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("none", "k.png"), "There is no fact-check with the id 'none'"),
        (("uji-1", "tidak/ada/k.png"), "cannot be written"),
        (("uji-1", "k.png", "--language", "xx"), "there is no language 'xx'"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(periksa, filled, arguments, sentence):
    result = periksa("card", *arguments)
    assert result.exit_code != 0
    assert sentence in " ".join(f"{result.output} {result.exception}".split())
