"""What the platform's answers mean for a reply, and for being asked for messages.

Telegram gives an HTTP status and a sentence ("description"); its documentation lists neither, and says that sentences
may change. So the status decides, and a sentence only where one status has two meanings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import httpx2

from periksa.errors import (
    AccountTrouble,
    Gone,
    OptedOut,
    OutcomeUnknown,
    PollError,
    Refused,
    SendError,
    Throttled,
    Transient,
)

GONE = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated", "input_user_deactivated")
"""What stands in the sentence of a 400 when nobody is there."""
Answer = Mapping[str, object]


def answer_of(response: httpx2.Response) -> Answer:
    """The platform's own answer; empty where somebody else gave one (a gateway, a page of an error)."""
    try:
        answer = response.json()
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) and isinstance(answer.get("ok"), bool) else {}


def refusal(response: httpx2.Response) -> SendError:
    """The error that an answer without a message stands for, in a sentence without a word or number of anybody."""
    answer, status = answer_of(response), response.status_code
    kind, meaning = _judged(answer, status)
    return kind(f"sending to Telegram failed: {meaning} (HTTP {status})", code=status, wait=wait_of(response))


def _judged(answer: Answer, status: int) -> tuple[type[SendError], str]:
    if status >= 500 and not answer:
        return OutcomeUnknown, "a gateway before it failed, so the reply may have been sent"
    if status >= 500:
        return Transient, "the platform failed"
    if status == 400 and any(word in _sentence(answer) for word in GONE):
        return Gone, "nobody has this address"
    if status == 403 and "blocked" in _sentence(answer):
        return OptedOut, "this person blocked the bot"
    if status in STATUSES:
        return STATUSES[status]
    if status >= 400:
        return Refused, "the reply is malformed or not allowed"
    if status >= 300:
        return Transient, "the address of the Bot API leads elsewhere; check telegram.api_url"
    return OutcomeUnknown, "the answer cannot be read, so the reply may have been sent"


STATUSES: Mapping[int, tuple[type[SendError], str]] = {
    401: (AccountTrouble, "the token is not valid; ask @BotFather for a new one and set telegram.token"),
    404: (AccountTrouble, "there is no bot with this token; check telegram.token"),
    403: (Gone, "this person closed their account, or lets no bot write"),
    429: (Throttled, "too many messages"),
}


def not_brought(response: httpx2.Response) -> PollError:
    """The error that an answer without updates stands for."""
    status, sentence = response.status_code, _sentence(answer_of(response))
    if status == 409 and "webhook" in sentence:
        meaning = "its messages go to a webhook; set telegram.webhook, or remove that one (docs/telegram.md)"
    elif status == 409:
        meaning = "another program asks for the messages of this bot; stop it, or give each its own bot"
    elif status in (401, 404):
        meaning = STATUSES[status][1]
    else:
        meaning = "it is asked again"
    return PollError(f"Telegram brings no messages (HTTP {status}): {meaning}.", wait=wait_of(response))


def not_registered(response: httpx2.Response) -> PollError:
    """The error that a refused webhook stands for. Telegram's own sentence says what it does not like about it."""
    said = json.dumps(_sentence(answer_of(response)))
    return PollError(f"Telegram did not take telegram.webhook (HTTP {response.status_code}): {said}; correct it.")


def wait_of(response: httpx2.Response) -> float | None:
    """Seconds the platform asks us to wait ("retry_after"), where it does."""
    parameters = answer_of(response).get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(seconds) if isinstance(seconds, int) and not isinstance(seconds, bool) and seconds >= 0 else None


def _sentence(answer: Answer) -> str:
    description = answer.get("description")
    return description.lower() if isinstance(description, str) else ""
