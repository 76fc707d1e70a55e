"""`periksa desk-user`: the first one comes in."""

from __future__ import annotations

import re

from periksa.model import Role

from .conftest import opened

PASSWORD = "kuda-baterai-staples-benar"


def test_the_first_user_gets_a_link_that_lets_them_in(periksa, monkeypatch):
    monkeypatch.setenv("PERIKSA_WEB_ADDRESS", "https://cek.example")
    made = periksa("desk-user", "Ayu", "--role", "admin")
    assert made.exit_code == 0
    [token] = re.findall(r"^https://cek\.example/desk/invitations/(\S+)$", made.output, re.MULTILINE)
    assert len(token) >= 40
    with opened() as installation:
        entry = installation.staffing.accept(token, PASSWORD)
        assert (entry.present.user.name, entry.present.user.role) == ("ayu", Role.ADMIN)
        assert [each.who for each in installation.store.read(lambda tx: tx.audit.list())] == ["ayu", "operator"]


def test_a_password_can_be_typed_instead(periksa):
    made = periksa("desk-user", "bima", "--ask", input=f"{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0
    assert "bima can sign in as editor: http://127.0.0.1:8000/desk" in made.output
    assert PASSWORD not in made.output
    with opened() as installation:
        entry = installation.staffing.sign_in("bima", PASSWORD, "127.0.0.1")
        assert len(installation.staffing.sessions(entry.present.user.id)) == 1


def test_who_forgot_their_password_gets_another_link_and_keeps_their_role(periksa):
    periksa("desk-user", "ayu", "--role", "admin", "--ask", input=f"{PASSWORD}\n{PASSWORD}\n")
    link = periksa("desk-user", "ayu")
    token = link.output.rpartition("/")[2].strip()
    with opened() as installation:
        assert installation.staffing.accept(token, "sepeda-langit-kuning-7").present.user.role is Role.ADMIN
    periksa("desk-user", "bima", "--ask", input=f"{PASSWORD}\n{PASSWORD}\n")
    periksa("desk-user", "bima", "--role", "publisher")
    with opened() as installation:
        known = installation.staffing.named("bima")
        assert known
        assert known.role is Role.PUBLISHER


def test_what_cannot_be_is_one_sentence(periksa):
    for command, sentence in (
        (["desk-user", "ayu", "--role", "raja"], "There is no role 'raja'; there are: viewer, editor"),
        (["desk-user", "a b"], "'a b' is no name for the desk"),
    ):
        outcome = periksa(*command)
        assert outcome.exit_code == 1
        assert sentence in str(outcome.exception)
    weak = periksa("desk-user", "ayu", "--ask", input="pendek\npendek\n")
    assert "at least 12 characters" in str(weak.exception)
