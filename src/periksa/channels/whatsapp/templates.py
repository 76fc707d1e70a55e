"""Templates: words the platform approved beforehand. Read from its list, filled in within its rules.

Source: "Message templates" of the WhatsApp Business Platform's documentation (v23.0).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from periksa.channels.whatsapp.untrusted import Json, Malformed, a_list, a_string, an_object
from periksa.errors import ChannelError, Refused
from periksa.lang.mend import mend
from periksa.model import Template

BODY = 1024
"""Longest body, in characters, its variables filled in."""
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_GAPS = re.compile(r"\s*[\n\r\t\v\f\u2028\u2029]\s*|\s{4,}")
"""What the platform refuses inside a variable: new lines, tabs, four spaces in a row."""


@dataclass(frozen=True, slots=True)
class Approved:
    """One template in one language as the platform lists it, approved or not."""

    name: str
    language: str
    status: str
    """APPROVED, PENDING, REJECTED, PAUSED, DISABLED … in the platform's words."""
    category: str
    body: str
    buttons: tuple[str, ...] = ()
    """Titles of its quick replies."""

    @property
    def variables(self) -> int:
        """How many texts have to be filled in."""
        return len(set(_VARIABLE.findall(self.body)))


def filled(template: Template, payloads: Sequence[str] = ()) -> Mapping[str, object]:
    """The `template` part of a request; `payloads` come back when its quick replies are tapped, in their order.

    Raises: Refused for a variable that is blank, or for variables that cannot fit the body.
    """
    texts = [_variable(template, number, text) for number, text in enumerate(template.variables, 1)]
    if sum(map(len, texts)) > BODY:
        raise Refused(f"the variables of template {template.name!r} are longer than the {BODY} characters of a body")
    parameters = [{"type": "text", "text": text} for text in texts]
    components = [{"type": "body", "parameters": parameters}] if parameters else []
    taps = [
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": str(index),
            "parameters": [{"type": "payload", "payload": payload}],
        }
        for index, payload in enumerate(payloads)
    ]
    filling = {"components": [*components, *taps]} if components or taps else {}
    return {"name": template.name, "language": {"code": template.language}, **filling}


def _variable(template: Template, number: int, text: str) -> str:
    """On one line: what stood on several is joined by a space, as a person would read it out."""
    clean = _GAPS.sub(" ", mend(text)).strip()
    if not clean:
        raise Refused(f"variable {number} of template {template.name!r} is blank; fill it, or leave the template out")
    return clean


def listed(page: object) -> tuple[list[Approved], str]:
    """The templates on a page of the platform's list, and the address of the next one. Raises: ChannelError."""
    try:
        body = an_object(page)
        found = [_template(an_object(one)) for one in a_list(body.get("data"))]
        return found, a_string(an_object(body.get("paging")), "next")
    except Malformed as error:
        raise ChannelError(f"the platform's list of templates cannot be read: {error}") from error


def _template(one: Json) -> Approved:
    parts = [an_object(part) for part in a_list(one.get("components"))]
    return Approved(
        name=a_string(one, "name"),
        language=a_string(one, "language"),
        status=a_string(one, "status"),
        category=a_string(one, "category"),
        body="".join(a_string(part, "text") for part in parts if part.get("type") == "BODY"),
        buttons=tuple(_quick_replies(part for part in parts if part.get("type") == "BUTTONS")),
    )


def _quick_replies(parts: Iterable[Json]) -> Iterable[str]:
    buttons = (an_object(button) for part in parts for button in a_list(part.get("buttons")))
    return [a_string(button, "text") for button in buttons if button.get("type") == "QUICK_REPLY"]
