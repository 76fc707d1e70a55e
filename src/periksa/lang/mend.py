"""Making any text from outside storable."""

from __future__ import annotations

import re

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def mend(text: str) -> str:
    """`text` with U+FFFD for every NUL and lone surrogate: JSON can carry both, UTF-8 and PostgreSQL cannot."""
    return _UNSTORABLE.sub("\ufffd", text)
