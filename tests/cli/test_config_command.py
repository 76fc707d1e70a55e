"""`periksa config`."""

from __future__ import annotations

import re
import tomllib

from periksa.config import Config, load, settings

SECRET = "EAAG-rahasia-redaksi"


def test_every_setting_is_shown_with_where_it_comes_from(periksa, folder, monkeypatch):
    (folder / "periksa.toml").write_text('name = "Cek Fakta [Pagi]"\n')
    monkeypatch.setenv("PERIKSA_WEB_PORT", "8123")
    shown = periksa("config").output
    for name in settings():
        assert name in shown
    assert re.search(r"web\.port +8123  from PERIKSA_WEB_PORT", shown)
    assert re.search(r"name +Cek Fakta \[Pagi\]  from periksa\.toml", shown)
    assert re.search(r"web\.host +127\.0\.0\.1  default", shown)
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_secrets_are_only_said_to_be_set(periksa, monkeypatch):
    monkeypatch.setenv("PERIKSA_WHATSAPP_TOKEN", SECRET)
    monkeypatch.setenv("PERIKSA_STORE_URL", f"postgresql://redaksi:{SECRET}@db/periksa")
    shown = periksa("config").output
    assert SECRET not in shown
    assert re.search(r"whatsapp\.token +set ", shown)
    assert re.search(r"whatsapp\.app_secret +not set ", shown)
    assert "postgresql://redaksi:***@db/periksa" in shown


def test_the_template_changes_nothing_until_a_line_is_taken_into_use(periksa, folder):
    template = periksa("config", "--toml").output
    path = folder / "mulai.toml"
    path.write_text(template)
    assert load(path, {}).config == Config()
    assert set(load(path, {}).sources.values()) == {"default"}
    path.write_text(re.sub(r"^#(?=\w+ = )", "", template, flags=re.MULTILINE))
    assert load(path, {}).config == Config()
    assert set(load(path, {}).sources.values()) == {str(path)}
    assert len(tomllib.loads(template)) == len({name.partition(".")[0] for name in settings() if "." in name})
