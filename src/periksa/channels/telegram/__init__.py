"""Telegram, through its Bot API: asked for messages (long polling), or told by a webhook."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping, Sequence

import httpx2

from periksa.channels import Brought
from periksa.channels.telegram.files import pieces
from periksa.channels.telegram.ids import Ids, tap_number
from periksa.channels.telegram.parse import READ, events
from periksa.channels.telegram.refusals import answer_of, not_brought, not_registered, refusal
from periksa.channels.telegram.send import CAPS, chat, request
from periksa.channels.telegram.token import Bot
from periksa.errors import BadSignature, ChannelError, OutcomeUnknown, PollError, Transient
from periksa.model import Address, Event, Media, Outgoing

SIGNATURE = "x-telegram-bot-api-secret-token"
NOTHING_WAS_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.LocalProtocolError,
    httpx2.UnsupportedProtocol,
)
"""Failures before the first byte of the request left: the same reply can be sent again without a doubt."""


class Telegram:
    """One bot. Safe to share between threads.

    Telegram takes no id of ours with a message and reports no status, so nothing ever tells what became of a send whose
    answer was lost. Such a reply is left alone for the settle time, as elsewhere, and then sent once more, never again:
    the person may read it twice, which is better than never, and never three times.
    """

    name = "telegram"
    caps = CAPS

    def __init__(
        self, token: str, api_url: str = "https://api.telegram.org", timeout: float = 10.0, patience: int = 25
    ) -> None:
        """`timeout` of a request and `patience` of a poll are in seconds."""
        self._ids = Ids(token)
        self._secret = hmac.digest(token.encode(), b"periksa telegram webhook", "sha256").hex()
        self._patience = patience
        self._client = httpx2.Client(transport=Bot(token), base_url=api_url.rstrip("/"), timeout=timeout)
        self._long = httpx2.Timeout(timeout, read=patience + timeout)

    def handshake(self, params: Mapping[str, str]) -> str:
        """Never: Telegram does not ask for a webhook, it is told. Raises: BadSignature."""
        raise BadSignature("Telegram does not ask whether a webhook is ours")

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        """The header carries the secret that follows from our token. Raises: BadSignature."""
        given = headers.get(SIGNATURE, "").encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(given, self._secret.encode()):
            raise BadSignature("the delivery does not carry the secret of this Telegram channel")

    def parse(self, raw: bytes) -> list[Event]:
        """Everything in the delivery, in order. Raises: BadDelivery."""
        return events(raw, self._ids)

    def send(self, outgoing: Outgoing, to: Sequence[Address]) -> str:
        """One request, one message; our id for it. Raises: SendError and its children, by `refusals`."""
        body, number = request(outgoing, to), None
        try:
            response = self._post("sendMessage", body)
        except NOTHING_WAS_SENT as error:
            raise Transient(f"Telegram cannot be reached ({type(error).__name__})") from error
        except httpx2.RequestError as error:
            problem = f"Telegram did not answer in full ({type(error).__name__}); the reply may have been sent"
            raise OutcomeUnknown(problem) from error
        number = _message(response)
        if number is None:
            raise refusal(response)
        return self._ids.message(chat(to), number)

    def attend(self, platform_id: str, to: Sequence[Address], *, answering: bool) -> None:
        """End the waiting sign on a tapped button; with `answering`, show "typing…" for five seconds.

        Raises: ChannelError.
        """
        tap = tap_number(platform_id)
        try:
            if tap:
                self._post("answerCallbackQuery", {"callback_query_id": tap})
            if answering:
                self._post("sendChatAction", {"chat_id": chat(to), "action": "typing"})
        except httpx2.RequestError as error:
            raise ChannelError(f"Telegram cannot be reached ({type(error).__name__})") from error

    def fetch(self, media: Media, most: int) -> Iterator[bytes]:
        """The file's bytes, piece by piece. Raises: FetchError, FetchLater."""
        return pieces(self._client, media, most)

    def poll(self, after: int) -> Brought | None:
        """Ask for updates; what came before them is confirmed by `after`. Raises: PollError."""
        asked = {"timeout": self._patience, "allowed_updates": list(READ)} | ({"offset": after + 1} if after else {})
        try:
            response = self._post("getUpdates", asked, self._long)
        except httpx2.RequestError as error:
            raise PollError(f"Telegram cannot be reached ({type(error).__name__}); it is asked again.") from error
        numbers = _updates(response)
        if numbers is None:
            raise not_brought(response)
        return Brought(response.content, {SIGNATURE: self._secret}, max(numbers)) if numbers else None

    def register(self, webhook: str) -> None:
        """Have messages brought to this address from now on. Raises: PollError."""
        asked = {"url": webhook, "secret_token": self._secret, "allowed_updates": list(READ)}
        try:
            response = self._post("setWebhook", asked)
        except httpx2.RequestError as error:
            raise PollError(f"Telegram cannot be told of telegram.webhook ({type(error).__name__}).") from error
        if answer_of(response).get("ok") is not True:
            raise not_registered(response)

    def standing(self) -> tuple[str, str, str]:
        """The bot's user name, the webhook Telegram knows, and what keeps messages from it. Raises: PollError."""
        found = []
        for method in ("getMe", "getWebhookInfo"):
            try:
                response = self._post(method, {})
            except httpx2.RequestError as error:
                raise PollError(
                    f"Telegram cannot be reached ({type(error).__name__}); check telegram.api_url."
                ) from error
            result = answer_of(response).get("result")
            if not isinstance(result, dict):
                raise not_brought(response)
            found.append(result)
        me, webhook = found
        trouble = webhook.get("last_error_message", "") if webhook.get("pending_update_count") else ""
        return str(me.get("username", "")), str(webhook.get("url", "")), str(trouble)

    def close(self) -> None:
        """Let go of the connections kept alive."""
        self._client.close()

    def _post(self, method: str, body: Mapping[str, object], timeout: httpx2.Timeout | None = None) -> httpx2.Response:
        content, headers = json.dumps(body), {"Content-Type": "application/json"}
        return self._client.post(
            f"/{method}", content=content, headers=headers, timeout=timeout or self._client.timeout
        )


def _message(response: httpx2.Response) -> int | None:
    """The platform's number for the accepted message; None where the answer is not an acceptance."""
    answer = answer_of(response)
    result = answer.get("result")
    number = result.get("message_id") if isinstance(result, dict) else None
    accepted = response.is_success and answer.get("ok") is True
    return number if accepted and isinstance(number, int) else None


def _updates(response: httpx2.Response) -> list[int] | None:
    """The numbers of the updates brought; None where the answer brings none because something is wrong."""
    answer = answer_of(response)
    result = answer.get("result")
    if not response.is_success or answer.get("ok") is not True or not isinstance(result, list):
        return None
    numbers = [update.get("update_id") for update in result if isinstance(update, dict)]
    return [number for number in numbers if isinstance(number, int)]
