"""Typing mistakes: when two different words may be one."""

from __future__ import annotations


def one_mistake(one: str, other: str) -> bool:
    """Whether one letter more, less or other, or two that changed places, makes two different words one."""
    shorter, longer = sorted((one, other), key=len)
    if one == other or len(longer) - len(shorter) > 1:
        return False
    start = next((at for at, letter in enumerate(shorter) if letter != longer[at]), len(shorter))
    swapped = shorter[start + 1 : start + 2] + shorter[start : start + 1] + shorter[start + 2 :]
    return longer[start:] == swapped or longer[start + 1 :] in (shorter[start:], shorter[start + 1 :])
