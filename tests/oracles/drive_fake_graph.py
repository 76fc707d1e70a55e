"""A public JavaScript client drives our fake Graph API and listens to its webhooks. See README.md."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from periksa.web.fake_graph import READY, FakeGraph, Settings, build, running
from periksa.web.fake_graph.written import File

SCRIPT = Path(__file__).with_suffix(".mjs")
SETTINGS = Settings("token-uji", "rahasia", "kata-sandi", "200300400500600", templates=READY)
STATUSES = 3
"""For each message that is taken: sent, delivered, read."""


def driven(modules: Path) -> dict[str, Any]:
    """What the script reports."""
    numbers = itertools.count(1)
    fake = FakeGraph(SETTINGS, lambda: datetime(2026, 3, 1, 8, tzinfo=UTC), lambda: f"{next(numbers)}")
    fake.keep("media-uji", File(b"gambar banjir", "image/png"))
    with TemporaryDirectory() as place, running(build(fake)) as url:
        Path(place, "node_modules").symlink_to(modules.resolve())
        script = shutil.copy(SCRIPT, place)
        given = [url, SETTINGS.token, SETTINGS.secret, SETTINGS.verify_token, SETTINGS.phone_number_id]
        environment = {**os.environ, "MEDIA_ID": "media-uji"}
        done = subprocess.run(["node", script, *given], env=environment, capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise SystemExit(done.stderr)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def complaints(told: dict[str, Any]) -> list[str]:
    """Everything that is not as it should be."""
    heard = told["heard"]
    taken = len(told["sent"]) + 1
    wanted = {
        "the handshake": (told["subscribed"], heard["handshakes"]) == (200, 1),
        "every kind of message is taken": set(told["sent"].values()) == {"accepted"},
        "a BSUID is answered as one": told["bsuid"] == [{"input": "ID.7001", "user_id": "ID.7001"}],
        "a template that does not exist": told["missing"] == 132001,
        "a read receipt with dots": told["receipts"] == [{"message_id": "wamid.T1", "typing": True}],
        "an order with unknown keys is refused": told["unknown"] == 400,
        "signatures are good": heard["refused"] == 0,
        "all messages were heard": sorted(one[2] for one in heard["messages"]) == [f"wamid.I{n}" for n in range(1, 5)],
        "their types": sorted(one[1] for one in heard["messages"]) == ["button", "image", "text", "text"],
        "all statuses were heard": len(heard["statuses"]) == taken * STATUSES,
        "our id came back": {one[2] for one in heard["statuses"] if one[2]} == {f"out-{what}" for what in told["sent"]},
        "a file is loaded in two steps": told["media"] == ["image/png", 13, "gambar banjir"],
    }
    for what, is_so in wanted.items():
        print(f"{'ok ' if is_so else 'NOT'} {what}")
    return [what for what, is_so in wanted.items() if not is_so]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--modules", type=Path, required=True, help="the node_modules folder with whatsapp-api-js")
    told = driven(parser.parse_args().modules)
    print(json.dumps(told["sent"], indent=1))
    raise SystemExit(1 if complaints(told) else 0)


if __name__ == "__main__":
    main()
