"""What the platform's error codes mean for a reply.

Source: "Error codes" of the WhatsApp Business Platform's documentation (developers.facebook.com, as of May 2026), which
asks to decide by code, not by title or HTTP status; a code that is not listed is judged by its HTTP status.
"""

from __future__ import annotations

from collections.abc import Mapping

import httpx2

from periksa.errors import (
    AccountTrouble,
    Gone,
    OptedOut,
    OutcomeUnknown,
    PersonThrottled,
    Refused,
    SendError,
    Spared,
    Throttled,
    Transient,
    WindowClosed,
)

CODES: Mapping[int, tuple[type[SendError], str]] = {
    4: (Throttled, "this app called the API too often"),
    80007: (Throttled, "this business account called the API too often"),
    130429: (Throttled, "this number sends more messages a second than it may"),
    131048: (Throttled, "this number is held back because people blocked or reported it"),
    131056: (PersonThrottled, "this person was sent too many messages in a short time"),
    133016: (Throttled, "this number was registered too often"),
    131000: (Transient, "something went wrong on the platform's side"),
    131016: (Transient, "a service of the platform is overloaded"),
    131047: (WindowClosed, "more than 24 hours have passed since the person last wrote; only a template may be sent"),
    470: (WindowClosed, "more than 24 hours have passed since the person last wrote; only a template may be sent"),
    131026: (Gone, "this address cannot receive messages"),
    131049: (Spared, "the platform spares this person our messages"),
    131050: (OptedOut, "this person stopped our marketing messages"),
    131031: (AccountTrouble, "the account is locked; see the WhatsApp Manager"),
    131042: (AccountTrouble, "the account has a payment problem; see the WhatsApp Manager"),
    368: (AccountTrouble, "the account is blocked for breaking a policy; see the WhatsApp Manager"),
    190: (AccountTrouble, "the access token is not valid any more; create a new one"),
}

TEMPLATE_CODES = range(132000, 133000)


def refusal(response: httpx2.Response) -> SendError:
    """The error that an answer without a message id stands for, in a sentence without a word or number of anybody."""
    code = _code(response)
    kind, meaning = _judged(code, response.status_code)
    told = f"HTTP {response.status_code}" + ("" if code is None else f", code {code}")
    return kind(f"sending to WhatsApp failed: {meaning} ({told})", code=code, wait=_wait(response))


def judged(code: int | None) -> SendError:
    """The error that a *failed* status stands for. Without a code nothing is known but that it did not arrive."""
    if code is None:
        return Refused("WhatsApp says that the reply was not delivered, and not why")
    kind, meaning = _judged(code, 400)
    return kind(f"WhatsApp did not deliver the reply: {meaning} (code {code})", code=code)


def _judged(code: int | None, status: int) -> tuple[type[SendError], str]:
    if code is None:
        return _judged_by_status(status)
    if code in TEMPLATE_CODES:
        return Refused, "the template is missing, paused or filled in wrongly; correct it at the desk"
    return CODES.get(code) or _judged_by_status(status)


def _judged_by_status(status: int) -> tuple[type[SendError], str]:
    if status == 429:
        return Throttled, "too many requests"
    if status == 401:
        return AccountTrouble, "the access token was not accepted; check it"
    if status >= 500:
        return Transient, "the platform failed"
    if status >= 400:
        return Refused, "the reply is malformed or not allowed"
    if status >= 300:
        return Transient, "the address of the Graph API leads elsewhere; check it"
    return OutcomeUnknown, "the answer cannot be read, so the reply may have been sent"


def _code(response: httpx2.Response) -> int | None:
    try:
        code = response.json()["error"]["code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return code if isinstance(code, int) else None


def _wait(response: httpx2.Response) -> float | None:
    """Seconds of a Retry-After header (RFC 9110, 10.2.3); its other form, a date, is not used by the platform."""
    seconds = response.headers.get("retry-after", "")
    return float(seconds) if seconds.isdecimal() else None
