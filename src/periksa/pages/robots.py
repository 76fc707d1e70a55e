"""robots.txt, as RFC 9309 reads it: the group of our name, else everybody's; the longest rule wins, *allow* a draw.

The standard library's reader knows no `*` and takes the first rule instead of the longest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

MOST_READ = 500 << 10
"""Bytes that are read of it; the RFC asks for no less."""
MOST_RULES = 5000
"""So many count, lest the rules of hostile sites fill the memory."""
LONGEST_DELAY = 60.0
"""Seconds between two pages, at most, however many are asked for."""
_UNRESERVED = re.compile(rb"%([0-9A-Fa-f]{2})")
_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_SAFE = "".join(map(chr, range(33, 127)))


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site asks of us: pairs of a pattern and whether it allows, and seconds between pages."""

    rules: tuple[tuple[str, bool], ...] = ()
    delay: float = 0

    def allows(self, path: str) -> bool:
        """Whether a path with its query may be fetched; robots.txt itself always may."""
        path = _normal(path)
        verdicts = [(len(pattern), allow) for pattern, allow in self.rules if _fits(pattern, path)]
        return path == "/robots.txt" or max(verdicts, default=(0, True))[1]


def read(body: bytes, name: str) -> Rules:
    """The rules for whoever goes by `name`. A line that cannot be understood is passed over."""
    ours: list[tuple[str, str]] = []
    everybodys: list[tuple[str, str]] = []
    found = False
    for names, lines in _groups(body[:MOST_READ].decode("utf-8", "replace")):
        if name.lower() in names:
            found = True
            ours += lines
        elif "*" in names:
            everybodys += lines
    return _rules(ours if found else everybodys)


def _groups(text: str) -> Iterator[tuple[set[str], list[tuple[str, str]]]]:
    """Names in lower case, and the lines below them."""
    names: set[str] = set()
    lines: list[tuple[str, str]] = []
    for line in re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")):
        key, colon, value = (part.strip() for part in line.partition("#")[0].partition(":"))
        if not colon:
            continue
        if key.lower() != "user-agent":
            lines.append((key.lower(), value))
            continue
        if lines:
            yield names, lines
            names, lines = set(), []
        names.add((re.match(r"\*|[A-Za-z_-]*", value) or [""])[0].lower())
    yield names, lines


def _rules(lines: list[tuple[str, str]]) -> Rules:
    rules = [(_normal(value), key == "allow") for key, value in lines if key in ("allow", "disallow") and value]
    delays = [float(value) for key, value in lines if key == "crawl-delay" and _SECONDS.fullmatch(value)]
    return Rules(tuple(rules[:MOST_RULES]), min(max(delays, default=0.0), LONGEST_DELAY))


def _fits(pattern: str, path: str) -> bool:
    """Whether a path begins as a pattern says, where `*` is anything and a last `$` the end. Never looks back."""
    ends = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    if not rest:
        return at == len(path) or not ends
    last = rest.pop() if ends else ""
    for piece in rest:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(path) - len(last) >= at and path.endswith(last)


def _normal(path: str) -> str:
    """One spelling for all ways to escape the same path."""
    octets = quote(path, safe=_SAFE, errors="replace").encode("ascii")
    return _UNRESERVED.sub(_plain, octets).decode("ascii")


def _plain(escape: re.Match[bytes]) -> bytes:
    octet = bytes([int(escape[1], 16)])
    return octet if re.fullmatch(rb"[A-Za-z0-9._~-]", octet) else escape[0].upper()
