"""Where pywa yields an event, we yield the same: a table of every collected webhook. See README.md."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from periksa.channels.whatsapp.parse import events
from periksa.errors import BadDelivery
from periksa.model import Event, Notice, Received, Status

HERE = Path(__file__).parent
EXPLAINED = {
    "can_keep_wa_id_priority_when_user_id_is_present.json": "a placeholder stands for the number, not digits",
    "can_build_a_button_notification.json": "a placeholder stands for one of two numbers",
    "can_build_a_forwarded_notification.json": "a placeholder stands for one of two numbers",
    "can_build_a_notification.json": "a placeholder stands for one of two numbers",
    "system_user_id_change.json": "the new user id: with us it stands in moved_to, not among the senders",
    "text_nul_and_lone_surrogate.json": "NUL cannot be stored: U+FFFD stands for it",
    "status_played.json": "pywa 2 calls every status it does not know failed",
    "status_unknown_future.json": "pywa 2 calls every status it does not know failed",
}
"""Where we differ on purpose."""


def ours(raw: bytes) -> list[Event]:
    try:
        return [event for event in events(raw) if not isinstance(event, Notice)]
    except BadDelivery:
        return []


def differences(theirs: dict[str, Any], event: Event) -> list[str]:
    """Everything pywa says of an event that we say otherwise."""
    seen = {key: value for key, value in ours_in_their_words(event).items() if key in theirs}
    return [f"{key}: {theirs[key]!r} / {value!r}" for key, value in seen.items() if theirs[key] != value]


def ours_in_their_words(event: Event) -> dict[str, Any]:
    if isinstance(event, Status):
        at = int(event.at.timestamp())
        return {"id": event.platform_id, "status": event.kind, "at": at, "code": event.code, "ours": event.reply_id}
    assert isinstance(event, Received)
    by_kind = {address.kind: address.value for address in reversed(event.senders)}
    return {
        "id": event.platform_id,
        "at": int(event.sent_at.timestamp()),
        "phone": by_kind.get("phone", by_kind.get("bsuid")),
        "bsuid": by_kind.get("bsuid"),
        "name": event.name,
        "text": event.text,
        "emoji": event.text,
        "forwarded": event.forwarded,
        "often": event.frequently_forwarded,
        "choice": event.choice,
        "media": event.media.id if event.media else None,
        "quotes": event.refers_to,
    }


def judged(theirs: dict[str, Any], found: list[Event]) -> tuple[str, list[str]]:
    if not theirs["event"]:
        return ("only we" if found else "neither"), []
    twin = next((event for event in found if event.platform_id == theirs.get("id")), None)  # type: ignore[union-attr]
    if twin is None:
        return "ONLY PYWA", []
    other = differences(theirs, twin)
    return ("DIFFERENT" if other else "the same"), other


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pywa", required=True, help="the Python of an environment with pywa")
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    files = sorted(asked.folder.glob("*/inbound/*.json"))
    command = [asked.pywa, "-W", "ignore", str(HERE / "pywa_opinion.py"), *map(str, files)]
    lines = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()
    verdicts: Counter[str] = Counter()
    for path, line in zip(files, lines, strict=True):
        theirs, found = json.loads(line), ours(path.read_bytes())
        verdict, other = judged(theirs, found)
        if verdict == "DIFFERENT" and path.name in EXPLAINED:
            verdict, other = "explained", [EXPLAINED[path.name], *other]
        verdicts[verdict] += 1
        extra = len(found) - bool(theirs["event"])
        more = f", {extra} more by us" if verdict == "the same" and extra else ""
        print(f"{path.name:72} {theirs['event'] or '-':20} {verdict}{more}  {'; '.join(other)}")
    print(dict(verdicts))
    sys.exit(verdicts["ONLY PYWA"] + verdicts["DIFFERENT"] > 0)


if __name__ == "__main__":
    main()
