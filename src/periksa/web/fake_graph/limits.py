"""What the platform refuses to send, and how it says so.

Limits in characters, from the reference of the Cloud API's messages (v23.0): written down here on their own, so that a
sender that gets one wrong is found out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

Json = Mapping[str, object]

MISSING = 131008
INVALID = 131009
TEMPLATE_PARAMETER = 132012


class Violation(Exception):
    """The request breaks a rule of the platform: its code and the details it gives."""

    def __init__(self, code: int, details: str) -> None:
        super().__init__(details)
        self.code = code
        self.details = details


def check(message: Json) -> None:
    """Raises: Violation, for the first rule that is broken."""
    if message.get("messaging_product") != "whatsapp":
        raise Violation(100, "messaging_product must be whatsapp")
    if not any(_given(message, key) for key in ("to", "recipient")):
        raise Violation(MISSING, "to or recipient is required")
    if "context" in message:
        _text(_object(message, "context"), "message_id", 1024)
    kind = message.get("type", "text")
    if not isinstance(kind, str) or kind not in CHECKS:
        raise Violation(INVALID, f"type must be one of {', '.join(sorted(CHECKS))}")
    CHECKS[kind](message)


def _given(holder: Json, key: str) -> bool:
    value = holder.get(key)
    return isinstance(value, str) and bool(value.strip())


def _object(holder: Json, key: str) -> Json:
    value = holder.get(key)
    if not isinstance(value, dict):
        raise Violation(MISSING, f"{key} is required and must be an object")
    return value


def _objects(holder: Json, key: str, most: int) -> list[Json]:
    values = holder.get(key)
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise Violation(MISSING, f"{key} is required and must be a list of objects")
    if not 1 <= len(values) <= most:
        raise Violation(INVALID, f"{key} must have between 1 and {most} elements")
    return values


def _text(holder: Json, key: str, longest: int) -> str:
    if not _given(holder, key):
        raise Violation(MISSING, f"{key} is required and must not be blank")
    value = str(holder[key])
    if len(value) > longest:
        raise Violation(INVALID, f"{key} must not be longer than {longest} characters")
    return value


def _optional_text(holder: Json, key: str, longest: int) -> None:
    if key in holder:
        _text(holder, key, longest)


def _unique(values: list[str], what: str) -> None:
    if len(set(values)) < len(values):
        raise Violation(INVALID, f"every {what} must be unique")


def _check_text(message: Json) -> None:
    _text(_object(message, "text"), "body", 4096)


def _check_media(message: Json) -> None:
    media = _object(message, str(message["type"]))
    if not _given(media, "id") and not _given(media, "link"):
        raise Violation(MISSING, "a media message needs an id or a link")
    _optional_text(media, "caption", 1024)


def _check_reaction(message: Json) -> None:
    _text(_object(message, "reaction"), "message_id", 1024)


def _check_contacts(message: Json) -> None:
    _objects(message, "contacts", 257)


def _check_location(message: Json) -> None:
    location = _object(message, "location")
    if not {"latitude", "longitude"} <= location.keys():
        raise Violation(MISSING, "latitude and longitude are required")


def _check_interactive(message: Json) -> None:
    interactive = _object(message, "interactive")
    kind = _text(interactive, "type", 100)
    if kind in ACTIONS or "body" in interactive:
        _text(_object(interactive, "body"), "text", 1024)
    for part in ("header", "footer"):
        if part in interactive:
            _optional_text(_object(interactive, part), "text", 60)
    action = _object(interactive, "action")
    if kind in ACTIONS:
        ACTIONS[kind](action)


def _check_buttons(action: Json) -> None:
    replies = [_object(button, "reply") for button in _objects(action, "buttons", 3)]
    _unique([_text(reply, "id", 256) for reply in replies], "button id")
    _unique([_text(reply, "title", 20) for reply in replies], "button title")


def _check_list(action: Json) -> None:
    _text(action, "button", 20)
    sections = _objects(action, "sections", 10)
    for section in sections:
        (_text if len(sections) > 1 else _optional_text)(section, "title", 24)
    rows = [row for section in sections for row in _objects(section, "rows", 10)]
    if len(rows) > 10:
        raise Violation(INVALID, "a list must not have more than 10 rows in total")
    for row in rows:
        _text(row, "title", 24)
        _optional_text(row, "description", 72)
    _unique([_text(row, "id", 200) for row in rows], "row id")


def _check_template(message: Json) -> None:
    template = _object(message, "template")
    _text(template, "name", 512)
    _text(_object(template, "language"), "code", 100)
    for component in _objects(template, "components", 100) if "components" in template else []:
        variables = list(_variables(component))
        for variable in variables:
            _check_variable(variable)
        if component.get("type") == "body" and sum(map(len, variables)) > 1024:
            raise Violation(TEMPLATE_PARAMETER, "the body must not be longer than 1024 characters")


def _variables(component: Json) -> Iterator[str]:
    parameters = component.get("parameters")
    for parameter in parameters if isinstance(parameters, list) else []:
        text = parameter.get("text") if isinstance(parameter, dict) else None
        if isinstance(text, str):
            yield text


def _check_variable(text: str) -> None:
    if not text.strip():
        raise Violation(MISSING, "a parameter of type text is missing its text")
    if re.search(r"[\n\r\t]| {4}", text):
        raise Violation(TEMPLATE_PARAMETER, "a parameter must have no new line, no tab and no 4 spaces in a row")


ACTIONS: dict[str, Callable[[Json], None]] = {"button": _check_buttons, "list": _check_list}

CHECKS: dict[str, Callable[[Json], None]] = {
    "text": _check_text,
    "interactive": _check_interactive,
    "template": _check_template,
    "reaction": _check_reaction,
    "contacts": _check_contacts,
    "location": _check_location,
    **dict.fromkeys(("audio", "document", "image", "sticker", "video"), _check_media),
}
