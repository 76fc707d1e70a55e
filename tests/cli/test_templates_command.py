"""`periksa templates`, against the fake platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from periksa.app import clock, new_id
from periksa.web.fake_graph import READY, FakeGraph, Settings, Template, build, running

SETTINGS = Settings("token-uji", "rahasia", "kata", "1098", business_account_id="2099", templates=READY)

pytestmark = pytest.mark.network


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGraph]:
    fake = FakeGraph(SETTINGS, clock, new_id)
    given = {"TOKEN": "token-uji", "PHONE_NUMBER_ID": "1098", "APP_SECRET": "rahasia", "VERIFY_TOKEN": "kata"}
    with running(build(fake)) as url:
        for name, value in {**given, "BUSINESS_ACCOUNT_ID": "2099", "GRAPH_URL": url}.items():
            monkeypatch.setenv(f"PERIKSA_WHATSAPP_{name}", value)
        yield fake


def test_templates_are_listed_and_a_text_is_suggested(fake: FakeGraph, periksa: Callable[..., Any]) -> None:
    result = periksa("templates")
    assert result.exit_code == 0
    assert "periksa_jawaban" in result.stdout
    assert "Ketuk tombol untuk membacanya." in result.stdout
    assert "No template is chosen: an answer that comes after 24 hours waits" in result.stdout


def test_the_chosen_one_is_marked(fake: FakeGraph, periksa: Callable[..., Any], monkeypatch: Any) -> None:
    monkeypatch.setenv("PERIKSA_WHATSAPP_TEMPLATE", "periksa_jawaban")
    monkeypatch.setenv("PERIKSA_WHATSAPP_TEMPLATE_LANGUAGES", "id, en")
    result = periksa("templates")
    assert result.exit_code == 0
    assert result.stdout.count("; chosen for late answers\n") == 2
    assert "Late answers are announced by the chosen template." in result.stdout


@pytest.mark.parametrize(
    ("kept", "languages", "sentence"),
    [
        (READY, "id,jv", "does not exist in 'jv'"),
        ((replace(READY[0], status="PENDING"),), "id", "in 'id' is pending"),
        ((replace(READY[0], buttons=()),), "id", "exactly one quick-reply button"),
        ((Template("periksa_jawaban", "id", "Jawaban: {{1}}", ("Lihat",)),), "id", "must have no variables"),
        ((), "id", "does not exist in 'id'"),
    ],
)
def test_one_that_cannot_be_sent_is_a_problem(
    fake: FakeGraph, periksa: Callable[..., Any], monkeypatch: Any, kept: Any, languages: str, sentence: str
) -> None:
    monkeypatch.setenv("PERIKSA_WHATSAPP_TEMPLATE", "periksa_jawaban")
    monkeypatch.setenv("PERIKSA_WHATSAPP_TEMPLATE_LANGUAGES", languages)
    fake.settings = replace(SETTINGS, templates=kept)
    result = periksa("templates")
    assert result.exit_code == 1
    assert sentence in result.stdout


def test_the_one_for_broadcasts_is_checked_too(fake: FakeGraph, periksa: Callable[..., Any], monkeypatch: Any) -> None:
    monkeypatch.setenv("PERIKSA_BROADCAST_TEMPLATE", "periksa_kabar")
    result = periksa("templates")
    assert (result.exit_code, result.stdout.count("; chosen for broadcasts\n")) == (0, 1)
    monkeypatch.setenv("PERIKSA_BROADCAST_TEMPLATE", "periksa_jawaban")
    result = periksa("templates")
    assert result.exit_code == 1
    assert "Template 'periksa_jawaban' in 'id' must have exactly two variables" in result.stdout


def test_without_the_accounts_id_it_says_what_to_set(periksa: Callable[..., Any]) -> None:
    result = periksa("templates")
    assert result.exit_code == 1
    assert "whatsapp.business_account_id" in str(result.exception)


def test_a_template_needs_a_language(periksa: Callable[..., Any], monkeypatch: Any) -> None:
    monkeypatch.setenv("PERIKSA_WHATSAPP_TEMPLATE", "periksa_jawaban")
    monkeypatch.setenv("PERIKSA_WHATSAPP_TEMPLATE_LANGUAGES", " , ")
    assert "names no language" in str(periksa("templates").exception)
