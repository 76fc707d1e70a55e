"""Which questions the networks never see: they choose between runs, and teach what the networks' word is worth."""

from __future__ import annotations

import zlib

from periksa.measure import Question

HELD = 15
"""Per cent of the normal training questions."""


def held_out(question: Question) -> bool:
    return question.type == "normal" and zlib.crc32(question.qid.encode()) % 100 < HELD
