"""`bench/chaos.py`, small: duplicates, shuffled statuses, every fault, three SIGKILLs; judged from outside."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.network

CHAOS = Path(__file__).parent.parent / "bench/chaos.py"
SMALL = ("--messages", "240", "--kills", "3", "--rate", "60", "--failing", "0.1", "--timing-out", "0", "--settle", "2")
"""No call times out: that takes the sender 10 seconds each (`sending/test_sending.py` has them)."""


def test_in_a_storm_nothing_is_lost_and_nothing_settled_is_said_twice() -> None:
    ended = subprocess.run(
        [sys.executable, CHAOS, *SMALL], capture_output=True, text=True, encoding="utf-8", timeout=300, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
