"""What a reaction says about an answer."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

_VARIANTS = re.compile("[\U0001f3fb-\U0001f3ff\ufe0e\ufe0f]")
_DATA = tomllib.loads(resources.files("periksa.answers").joinpath("reactions.toml").read_text(encoding="utf-8"))
_MEANT = {emoji: helpful == "helpful" for helpful in ("helpful", "unhelpful") for emoji in _DATA[helpful].split()}


def helpful(emoji: str) -> bool | None:
    """Whether somebody who reacts like this was helped; None where it says neither."""
    return _MEANT.get(_VARIANTS.sub("", emoji))
