"""Starting a fuzzer: its seeds, and a mutation that keeps JSON whole half of the time."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import atheris

STRANGE: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 7, 2**63, 10**400, 1e308, float("nan"), float("inf"), "", "x", "\0", "\ud83d", "0"),
    *("9" * 5000, "1772352000", "1772352000000", "-1", "∞", "١٢٣", "a\u202eb", [], [None], ["x"], {}, {"id": []}),
)
"""What stands where something else should."""


def fuzz(one: Callable[[bytes], None], seeds: Iterable[bytes], *, as_json: bool = False) -> None:
    """Run until libFuzzer's options or a crash end it. Arguments that are files are run once instead."""
    with TemporaryDirectory(prefix="periksa-fuzz-") as folder:
        for number, seed in enumerate(seeds):
            Path(folder, f"{number:05}").write_bytes(seed)
        corpus = [] if any(Path(given).is_file() for given in sys.argv[1:]) else [folder]
        mutator = {"custom_mutator": mutated} if as_json else {}
        atheris.Setup([*sys.argv, "-timeout=30", *corpus], one, **mutator)
        atheris.Fuzz()


def mutated(data: bytes, longest: int, seed: int) -> bytes:
    """One value of a JSON text replaced, moved or dropped; or, half of the time, libFuzzer's own mutation."""
    chance = random.Random(seed)
    try:
        body = json.loads(data) if chance.random() < 0.5 else None
    except (ValueError, RecursionError):
        body = None
    holders = list(_holders(body))
    if not holders:
        return atheris.Mutate(data, longest)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        _change(chance, *chance.choice(holders), chance.choice(holders)[0])
    return json.dumps(body, ensure_ascii=chance.random() < 0.8).encode("utf-8", "surrogatepass")[:longest]


def _holders(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every object and list, with a key of each of its values."""
    pairs = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    for key, child in pairs:
        yield node, key
        yield from _holders(child)


def _change(chance: random.Random, holder: Any, key: Any, other: Any) -> None:
    kind = chance.randrange(5)
    try:
        if kind < 2:
            holder[key] = chance.choice(STRANGE)
        elif kind == 2:
            holder[key] = json.loads(json.dumps(other))
        elif kind == 3 and isinstance(holder, list):
            holder.append(json.loads(json.dumps(holder[key])))
        else:
            del holder[key]
    except (LookupError, ValueError, RecursionError):
        return  # an earlier change took it away
