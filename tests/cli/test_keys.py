"""`periksa keys`."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

from tests.cli.conftest import ended, opened

from periksa.model import Address
from periksa.store.sealing import Sealing

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PHONE = Address("whatsapp", "6281100022233")


def test_the_first_start_makes_a_key_and_says_where(periksa, begun):
    shown = periksa("keys")
    assert shown.exit_code == 0
    assert re.match(r"[0-9a-f]{8} seals and opens\. It is in periksa-data/keys: keep a copy", shown.output)
    assert (begun / "keys").exists()
    assert periksa("keys").output == shown.output


def test_a_new_key_seals_what_is_there_and_the_audit_says_so(periksa, folder):
    with opened() as installation:
        installation.store.write(lambda tx: tx.contacts.resolve([PHONE], "siti", NOON)).result(20)
    old = periksa("keys").output.split()[0]
    shown = periksa("keys", "--rotate")
    assert shown.exit_code == 0
    first, second = re.findall(r"^([0-9a-f]{8}) (?:seals|only opens)", shown.output, re.MULTILINE)
    assert (second, first != old) == (old, True)
    key_file = folder / "periksa-data" / "keys"
    key_file.write_text("\n".join(key_file.read_text().splitlines()[:-1]))
    with opened() as installation:
        assert installation.store.read(lambda tx: tx.contacts.find(PHONE)) == "siti"
        [entry] = installation.store.read(lambda tx: tx.audit.list())
    assert (entry.what, entry.detail) == ("sealed everything with a new key", first)


def test_no_key_is_ever_shown(periksa, begun):
    shown = periksa("keys", "--rotate").output
    keys = [line for line in (begun / "keys").read_text().splitlines() if line[:1] != "#"]
    assert len(keys) == 2
    assert not any(key in shown for key in keys)


def test_keys_in_the_settings_are_changed_there(folder, monkeypatch):
    key = urlsafe_b64encode(b"k" * 32).decode()
    monkeypatch.setenv("PERIKSA_STORE_KEYS", key)
    with opened():
        pass
    status, out, err = ended("keys")
    assert (status, err) == (0, "")
    assert out.startswith(f"{Sealing([b'k' * 32]).name} seals and opens. It is in store.keys")
    status, _, err = ended("keys", "--rotate")
    assert status == 2
    assert "put a new one before the others there" in err
    assert not (folder / "periksa-data" / "keys").exists()


def test_a_lost_key_is_one_sentence(begun):
    (begun / "keys").unlink()
    status, _, err = ended("ask", "kelapa muda")
    assert status == 1
    assert "The key file periksa-data/keys is missing" in err
    assert "restore the file from your copy" in err
    assert len(err.splitlines()) == 1
    assert not (begun / "keys").exists()


def test_another_key_is_one_sentence(periksa, begun):
    (begun / "keys").write_text("k" * 43)
    result = periksa("ask", "kelapa muda")
    assert "is sealed with a key that is not among those given: restore the key file" in str(result.exception)
