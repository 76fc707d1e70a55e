from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator

import pytest

from periksa.channels.whatsapp import WhatsApp
from periksa.errors import BadSignature

RAW = b'{"object": "whatsapp_business_account", "entry": [] }'


def signature(secret: str, raw: bytes = RAW) -> str:
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


@pytest.fixture
def make() -> Iterator[Callable[..., WhatsApp]]:
    made: list[WhatsApp] = []

    def whatsapp(secrets: tuple[str, ...] = ("rahasia",), verify_token: str = "kata sandi") -> WhatsApp:
        made.append(WhatsApp(secrets, verify_token, "token", "200300400500600"))
        return made[-1]

    yield whatsapp
    for one in made:
        one.close()


def question(**changes: str) -> dict[str, str]:
    asked = {"mode": "subscribe", "verify_token": "kata sandi", "challenge": "1158201444"} | changes
    return {f"hub.{key}": value for key, value in asked.items()}


def test_the_handshake_returns_the_challenge(make: Callable[..., WhatsApp]) -> None:
    """handshake: "GET `hub.mode=subscribe`, `hub.verify_token`, `hub.challenge` → 200 with the challenge"."""
    assert make().handshake(question()) == "1158201444"


@pytest.mark.parametrize(
    "params",
    [
        question(verify_token="tebakan"),
        question(verify_token=""),
        question(verify_token="kata sandi ✓\ud800"),
        question(mode="unsubscribe"),
        {},
    ],
)
def test_a_handshake_that_is_not_ours_is_refused(make: Callable[..., WhatsApp], params: dict[str, str]) -> None:
    """handshake: "else 403"."""
    with pytest.raises(BadSignature):
        make().handshake(params)


def test_an_empty_verify_token_confirms_nobody(make: Callable[..., WhatsApp]) -> None:
    with pytest.raises(BadSignature):
        make(verify_token="").handshake(question(verify_token=""))


def test_the_signature_is_made_of_the_raw_bytes(make: Callable[..., WhatsApp]) -> None:
    """signature: "`X-Hub-Signature-256: sha256=<hex>` = HMAC-SHA256(app secret, **raw body**)"."""
    make().verify(RAW, {"x-hub-signature-256": signature("rahasia")})
    with pytest.raises(BadSignature):
        make().verify(RAW.replace(b" }", b"}"), {"x-hub-signature-256": signature("rahasia")})


def test_two_secrets_are_good_while_they_are_rotated(make: Callable[..., WhatsApp]) -> None:
    """signature: "allow two secrets for rotation"."""
    for secret in ("lama", "baru"):
        make(("lama", "baru")).verify(RAW, {"x-hub-signature-256": signature(secret)})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-hub-signature-256": ""},
        {"x-hub-signature-256": "sha256="},
        {"x-hub-signature-256": signature("lain")},
        {"x-hub-signature-256": signature("rahasia").removeprefix("sha256=")},
        {"x-hub-signature-256": signature("rahasia") + "0"},
        {"x-hub-signature-256": "sha256=é\ud800"},
        {"x-hub-signature": signature("rahasia")},
    ],
)
def test_a_missing_or_wrong_signature_is_refused(make: Callable[..., WhatsApp], headers: dict[str, str]) -> None:
    """signature: "missing = refused"."""
    with pytest.raises(BadSignature):
        make().verify(RAW, headers)


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_without_a_secret_nothing_is_trusted(make: Callable[..., WhatsApp], secrets: tuple[str, ...]) -> None:
    with pytest.raises(BadSignature):
        make(secrets).verify(RAW, {"x-hub-signature-256": signature("")})
