"""Ways to fail, in the platform's own words, and a plan of when to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What goes wrong with one request to send."""

    THROTTLED = "throttled"
    TRANSIENT = "transient"
    WINDOW = "window"
    GONE = "gone"
    TEMPLATE = "template"
    ACCOUNT = "account"
    HTTP_500 = "http_500"
    """Refused with a page instead of JSON."""
    TIMEOUT_BEFORE = "timeout_before"
    """Nothing is sent and no answer ever comes."""
    DROP_CONNECTION = "drop_connection"
    """Nothing is sent and the connection is cut in the middle of the answer."""
    TIMEOUT_AFTER = "timeout_after"
    """The message is sent, its statuses come, but no answer ever does."""
    GARBAGE = "garbage"
    """The message is sent, its statuses come, but the answer cannot be read."""
    FAILED = "failed"
    """The message is accepted, and later its only status is "failed"."""


NEVER_TAKEN = (FaultKind.HTTP_500, FaultKind.TIMEOUT_BEFORE, FaultKind.DROP_CONNECTION)

REFUSED: Mapping[FaultKind, int] = {
    FaultKind.THROTTLED: 130429,
    FaultKind.TRANSIENT: 131000,
    FaultKind.WINDOW: 131047,
    FaultKind.GONE: 131026,
    FaultKind.TEMPLATE: 132001,
    FaultKind.ACCOUNT: 131031,
}
"""Kind of refusal → the error code, if the plan names no other."""

CODES: Mapping[int, tuple[int, str]] = {
    4: (400, "API Too Many Calls"),
    100: (400, "Invalid parameter"),
    190: (401, "Access token has expired"),
    368: (403, "Temporarily blocked for policies violations"),
    470: (400, "Message failed to send because more than 24 hours have passed"),
    80007: (400, "Rate limit issues"),
    130429: (429, "Rate limit hit"),
    131000: (500, "Something went wrong"),
    131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"),
    131016: (500, "Service unavailable"),
    131026: (400, "Message undeliverable"),
    131031: (403, "Account has been locked"),
    131042: (400, "Business eligibility payment issue"),
    131047: (400, "Re-engagement message"),
    131048: (400, "Spam rate limit hit"),
    131049: (400, "Meta chose not to deliver"),
    131050: (400, "User has stopped receiving marketing messages"),
    131056: (400, "(Business Account, Consumer Account) pair rate limit hit"),
    132000: (400, "Number of parameters does not match the expected number of params"),
    132001: (404, "Template does not exist"),
    132012: (400, "Template parameter format mismatch"),
    133016: (400, "Account register deregister rate limit exceeded"),
}
"""Error code → HTTP status and title, from the platform's list of error codes."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Strikes the next `times` requests, or, with a `rate`, evenly that share of all (0.05: every twentieth)."""

    kind: FaultKind
    code: int | None = None
    times: int = 1
    rate: float = 0.0
    retry_after: int | None = None
    """Seconds, sent as a Retry-After header."""

    @classmethod
    def read(cls, plan: Mapping[str, object]) -> Fault:
        """The fault that a JSON object describes. Raises: ValueError."""
        rate = plan.get("rate", 0.0)
        if not isinstance(rate, int | float) or not 0 <= rate <= 1:
            raise ValueError("rate is a number from 0 to 1")
        times = _whole(plan, "times")
        return cls(
            kind=FaultKind(str(plan.get("kind"))),
            code=_whole(plan, "code"),
            times=1 if times is None else times,
            rate=rate,
            retry_after=_whole(plan, "retry_after"),
        )


def _whole(plan: Mapping[str, object], key: str) -> int | None:
    value = plan.get(key)
    if value is not None and not isinstance(value, int):
        raise ValueError(f"{key} is a whole number")
    return value


class Plan:
    """The faults still to come; the first one that is due strikes."""

    def __init__(self) -> None:
        self._faults: list[_Pending] = []

    def add(self, fault: Fault) -> None:
        """Put it behind those already planned."""
        self._faults.append(_Pending(fault))

    def clear(self) -> None:
        """Nothing fails any more."""
        self._faults.clear()

    def next(self) -> Fault | None:
        """The fault that strikes the request at hand, if one does."""
        return next((pending.fault for pending in self._faults if pending.is_due()), None)


@dataclass(slots=True)
class _Pending:
    fault: Fault
    asked: int = 0

    def is_due(self) -> bool:
        self.asked += 1
        if self.fault.rate:
            return int(self.asked * self.fault.rate) > int((self.asked - 1) * self.fault.rate)
        return self.asked <= self.fault.times


def graph_error(code: int, details: str = "") -> dict[str, object]:
    """An error body as the Graph API words it."""
    _, title = CODES.get(code, CODES[100])
    return {
        "error": {
            "message": f"(#{code}) {title}",
            "type": "OAuthException",
            "code": code,
            "error_data": {"messaging_product": "whatsapp", "details": details or title},
            "fbtrace_id": "FAKE",
        }
    }
