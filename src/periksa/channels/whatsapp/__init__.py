"""WhatsApp, through the platform's own Cloud API (no library in between: they read only a batch's first message)."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence

import httpx2

from periksa.channels import Caps
from periksa.channels.whatsapp.parse import events
from periksa.channels.whatsapp.refusals import refusal
from periksa.channels.whatsapp.send import ROWS, TEXT, request
from periksa.errors import BadSignature, OutcomeUnknown, Transient
from periksa.model import Address, Event, Outgoing

NOTHING_WAS_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.LocalProtocolError,
    httpx2.UnsupportedProtocol,
)
"""Failures before the first byte of the request left: the same reply can be sent again without a doubt."""


class WhatsApp:
    """One business number. Safe to share between threads."""

    name = "whatsapp"
    caps = Caps(text=TEXT, options=ROWS, settles=True)

    def __init__(
        self,
        secrets: Sequence[str],
        verify_token: str,
        token: str,
        phone_number_id: str,
        graph_url: str = "https://graph.facebook.com",
        graph_version: str = "v23.0",
        timeout: float = 10.0,
    ) -> None:
        """`secrets` are app secrets, two while they are rotated; `timeout` is in seconds."""
        self._secrets = [secret.encode() for secret in secrets if secret]
        self._verify_token = verify_token.encode()
        self._url = httpx2.URL(f"{graph_url.rstrip('/')}/{graph_version}/{phone_number_id}/messages")
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._client = httpx2.Client(headers=headers, timeout=timeout)

    def handshake(self, params: Mapping[str, str]) -> str:
        """The challenge, if the platform knows our verify token (GET, unsigned). Raises: BadSignature."""
        given = params.get("hub.verify_token", "").encode("utf-8", "surrogatepass")
        known = hmac.compare_digest(given, self._verify_token) and bool(given)
        if params.get("hub.mode") != "subscribe" or not known:
            raise BadSignature("the handshake does not carry the verify token of this WhatsApp channel")
        return params.get("hub.challenge", "")

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        """`X-Hub-Signature-256` is HMAC-SHA256 of the raw body with one of our app secrets. Raises: BadSignature."""
        given = headers.get("x-hub-signature-256", "").encode("utf-8", "surrogatepass")
        signed = [b"sha256=" + hmac.digest(secret, raw, "sha256").hex().encode() for secret in self._secrets]
        if not any([hmac.compare_digest(given, one) for one in signed]):  # noqa: C419 - a generator would stop early
            raise BadSignature("the delivery is not signed with the app secret of this WhatsApp channel")

    def parse(self, raw: bytes) -> list[Event]:
        """Everything in the delivery, in order. Raises: BadDelivery."""
        return events(raw)

    def send(self, outgoing: Outgoing, to: Sequence[Address]) -> str:
        """One request, one message; its wamid. Raises: SendError and its children, by `refusals.CODES`."""
        body = json.dumps(request(outgoing, to))
        try:
            response = self._client.post(self._url, content=body)
        except NOTHING_WAS_SENT as error:
            raise Transient(f"WhatsApp cannot be reached ({type(error).__name__})") from error
        except httpx2.RequestError as error:
            problem = f"WhatsApp did not answer in full ({type(error).__name__}); the reply may have been sent"
            raise OutcomeUnknown(problem) from error
        wamid = _wamid(response)
        if not wamid:
            raise refusal(response)
        return wamid

    def close(self) -> None:
        """Let go of the connections kept alive."""
        self._client.close()


def _wamid(response: httpx2.Response) -> str:
    """The platform's id for the accepted message; empty where the answer is not an acceptance."""
    if not response.is_success:
        return ""
    try:
        wamid = response.json()["messages"][0]["id"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    return wamid if isinstance(wamid, str) else ""
