"""WhatsApp, through the platform's own Cloud API (no library in between: they read only a batch's first message)."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import httpx2

from periksa.channels import Rate
from periksa.channels.whatsapp.lines import Lines
from periksa.channels.whatsapp.media import read_file
from periksa.channels.whatsapp.parse import events
from periksa.channels.whatsapp.refusals import judged, refusal
from periksa.channels.whatsapp.send import LIMITS, Payload, receipt, request
from periksa.channels.whatsapp.templates import Approved, listed
from periksa.errors import BadSignature, ChannelError, OutcomeUnknown, SendError, Transient
from periksa.model import Address, Event, Media, Outgoing

NOTHING_WAS_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.LocalProtocolError,
    httpx2.UnsupportedProtocol,
)
"""Failures before the first byte of the request left: the same reply can be sent again without a doubt."""
WINDOW = timedelta(hours=24)
"""After a person's message: free text reaches them for so long."""
PERSON = Rate(burst=45, seconds=6.0)
"""To one person; faster is refused with 131056."""
_JSON = {"Content-Type": "application/json"}
FEW = 50
"""Pages of a list of templates; an account has some hundreds of templates at most."""


class WhatsApp:
    """One business number. Safe to share between threads."""

    name = "whatsapp"

    def __init__(
        self,
        secrets: Sequence[str],
        verify_token: str,
        token: str,
        phone_number_id: str,
        graph_url: str = "https://graph.facebook.com",
        graph_version: str = "v23.0",
        timeout: float = 10.0,
        per_second: float = 80.0,
        conversations: int = 0,
    ) -> None:
        """`secrets` are app secrets, two while they are rotated; `timeout` is in seconds.

        `per_second` messages may this process send, and templates to so many people a day (`conversations`; 0: any).
        """
        everybody = Rate(burst=max(1, int(per_second) // 4), seconds=1 / per_second)
        self.caps = replace(LIMITS, person=PERSON, all=everybody, window=WINDOW, conversations=conversations)
        self._secrets = [secret.encode() for secret in secrets if secret]
        self._verify_token = verify_token.encode()
        self._graph = httpx2.URL(f"{graph_url.rstrip('/')}/{graph_version}")
        self._url = httpx2.URL(f"{self._graph}/{phone_number_id}/messages")
        self._lines = Lines(token, timeout)

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
        if not sum(hmac.compare_digest(given, one) for one in signed):  # all of them: no time tells which it was
            raise BadSignature("the delivery is not signed with the app secret of this WhatsApp channel")

    def parse(self, raw: bytes) -> list[Event]:
        """Everything in the delivery, in order. Raises: BadDelivery."""
        return events(raw)

    def send(self, outgoing: Outgoing, to: Sequence[Address]) -> str:
        """One request, one message; its wamid. Raises: SendError and its children, by `refusals.CODES`."""
        response = self._post(request(outgoing, to))
        wamid = _wamid(response)
        if not wamid:
            raise refusal(response)
        return wamid

    def failure(self, code: int | None) -> SendError:
        """What the code of a *failed* status means: the same as if the send had been refused with it."""
        return judged(code)

    def attend(self, platform_id: str, to: Sequence[Address], *, answering: bool) -> None:
        """Blue ticks and, with `answering`, the dots of somebody who types. Raises: SendError."""
        response = self._post(receipt(platform_id, answering=answering))
        if not response.is_success:
            raise refusal(response)

    def fetch(self, media: Media, most: int) -> Iterator[bytes]:
        """The file's bytes, checked. Raises: FetchError, FetchLater."""
        return read_file(self._lines.client, self._graph, media, most)

    def templates(self, business_account_id: str) -> list[Approved]:
        """Every template of the business account, approved or not. Raises: ChannelError."""
        found: list[Approved] = []
        address = f"{self._graph}/{business_account_id}/message_templates?limit=100"
        for _ in range(FEW):
            page, address = listed(self._get(address))
            found += page
            if not address:
                break
        return found

    def _get(self, address: str) -> object:
        """JSON from the Graph API. The address of a next page is the platform's: only the API's host gets the token."""
        if httpx2.URL(address).host != self._graph.host:
            raise ChannelError("the platform sends us to another host for its list; the token is not shown to it")
        try:
            response = self._lines.client.get(address)
            answer: object = response.json() if response.is_success else None
        except (httpx2.RequestError, httpx2.InvalidURL) as error:
            raise Transient(f"WhatsApp cannot be reached ({type(error).__name__})") from error
        except (ValueError, RecursionError) as error:
            raise ChannelError("the platform's list cannot be read") from error
        if not response.is_success:
            raise refusal(response)
        return answer

    def _post(self, body: Payload) -> httpx2.Response:
        """Raises: Transient where nothing was sent, OutcomeUnknown where it may have been."""
        try:
            content = json.dumps(body)
            return self._lines.client.post(self._url, content=content, headers=_JSON)
        except NOTHING_WAS_SENT as error:
            raise Transient(f"WhatsApp cannot be reached ({type(error).__name__})") from error
        except httpx2.RequestError as error:
            problem = f"WhatsApp did not answer in full ({type(error).__name__}); the reply may have been sent"
            raise OutcomeUnknown(problem) from error

    def close(self) -> None:
        """Let go of the connections kept alive."""
        self._lines.close()


def _wamid(response: httpx2.Response) -> str:
    """The platform's id for the accepted message; empty where the answer is not an acceptance."""
    if not response.is_success:
        return ""
    try:
        wamid = response.json()["messages"][0]["id"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    return wamid if isinstance(wamid, str) else ""
