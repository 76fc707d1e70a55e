"""Values from the box to us, as JSON. Not pickled: a parser that was taken over could send code in a pickle.

Plain values go as they are, everything else as a list whose first item says what it is. Only dataclasses and enums of
periksa are made again, and only of modules that are loaded here already.
"""

from __future__ import annotations

import json
import sys
from base64 import b64decode, b64encode
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

PLAIN = (str, int, float, bool, type(None))


class Damaged(Exception):
    """What came is no parcel of ours."""


def packed(value: object) -> bytes:
    """Raises: TypeError for what cannot be sent."""
    return json.dumps(_pack(value), ensure_ascii=True).encode("ascii")


def opened(parcel: bytes) -> Any:
    """What was packed. Raises: Damaged."""
    try:
        return _open(json.loads(parcel))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
        raise Damaged(str(error)) from error


def _pack(value: object) -> object:
    if isinstance(value, Enum):
        return ["enum", *_name(type(value)), value.value]
    if isinstance(value, PLAIN):  # lxml's strings are a kind of their own
        return value
    if isinstance(value, (list, tuple, frozenset)):
        name = next(kind.__name__ for kind in (list, tuple, frozenset) if isinstance(value, kind))
        return [name, *map(_pack, value)]
    if isinstance(value, dict):
        return ["dict", *([_pack(key), _pack(each)] for key, each in value.items())]
    if is_dataclass(value) and not isinstance(value, type):
        return ["data", *_name(type(value)), *([each.name, _pack(getattr(value, each.name))] for each in fields(value))]
    return _pack_scalar(value)


def _pack_scalar(value: object) -> object:
    if isinstance(value, datetime):
        return ["datetime", value.isoformat()]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    if isinstance(value, bytes):
        return ["bytes", b64encode(value).decode("ascii")]
    raise TypeError(f"a {type(value).__name__} cannot leave the box")


def _name(kind: type) -> tuple[str, str]:
    return kind.__module__, kind.__qualname__


def _open(value: Any) -> Any:
    if isinstance(value, dict):
        raise Damaged("a dict is sent as a list of pairs")
    return _OPENERS[value[0]](value[1:]) if isinstance(value, list) else value


def _open_data(rest: list[Any]) -> Any:
    module, name, *pairs = rest
    kind = _kind(module, name)
    if not is_dataclass(kind):
        raise Damaged(f"{name} is no dataclass")
    return kind(**{str(key): _open(each) for key, each in pairs})


def _open_enum(rest: list[Any]) -> Any:
    kind = _kind(*rest[:2])
    if not issubclass(kind, Enum):
        raise Damaged(f"{rest[1]} is no enum")
    return kind(rest[2])


def _kind(module: str, name: str) -> type:
    if not module.startswith("periksa.") or "." in name:
        raise Damaged(f"{module} is not ours")
    kind = getattr(sys.modules[module], name)
    if not isinstance(kind, type):
        raise Damaged(f"{name} is no class")
    return kind


_OPENERS: dict[str, Any] = {
    "list": lambda rest: [_open(each) for each in rest],
    "tuple": lambda rest: tuple(_open(each) for each in rest),
    "frozenset": lambda rest: frozenset(_open(each) for each in rest),
    "dict": lambda rest: {_open(key): _open(each) for key, each in rest},
    "data": _open_data,
    "enum": _open_enum,
    "datetime": lambda rest: datetime.fromisoformat(rest[0]),
    "date": lambda rest: date.fromisoformat(rest[0]),
    "bytes": lambda rest: b64decode(rest[0]),
}
