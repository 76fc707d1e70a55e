"""WhatsApp's text marks as safe HTML: *bold*, _italic_, ~struck~, `code`, ```code block```, links.

Marks count at the edge of words and on one line only, as on the phone; any other mark is a plain character. Runs in
time linear in the text, whatever is in it.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_TOKEN = re.compile(r"```(?P<block>.+?)```|`(?P<code>[^`\n]+)`|(?P<link>https?://[^\s<>\"]+)|\n|[*_~]", re.DOTALL)
_TAGS = {
    "*": (Markup("<strong>"), Markup("</strong>")),
    "_": (Markup("<em>"), Markup("</em>")),
    "~": (Markup("<s>"), Markup("</s>")),
}
_NOT_OF_A_LINK = ".,;:!?'*_~…”’»]"


def html(text: str, *, links: bool) -> Markup:
    """`text` as HTML with its line breaks kept as characters. `links`: whether addresses can be tapped."""
    return _Writer(text, links).write()


class _Writer:
    """One pass over the text: `out` grows, an opened mark stands in `open` until its line ends or it is closed."""

    def __init__(self, text: str, links: bool) -> None:
        self.text = text
        self.links = links
        self.out: list[Markup] = []
        self.open: dict[str, int] = {}
        """Mark → its place in `out`, outermost first."""

    def write(self) -> Markup:
        at = 0
        while found := _TOKEN.search(self.text, at):
            self._plain(self.text[at : found.start()])
            at = self._token(found)
        self._plain(self.text[at:])
        return Markup("").join(self.out)

    def _plain(self, text: str) -> None:
        if text:
            self.out.append(escape(text))

    def _token(self, found: re.Match[str]) -> int:
        """Write one token; where the text goes on."""
        if found["link"]:
            return self._link(found.start(), found["link"])
        if code := found["block"] or found["code"]:
            self.out.append(Markup("<code>{}</code>").format(code))
        elif found[0] == "\n":
            self.open.clear()
            self._plain("\n")
        else:
            self._mark(found[0], found.start())
        return found.end()

    def _link(self, start: int, link: str) -> int:
        address = link.rstrip(_NOT_OF_A_LINK)
        if address.endswith(")") and "(" not in address:
            address = address[:-1]
        if self.links:
            self.out.append(Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(address))
        else:
            self._plain(address)
        return start + len(address)

    def _mark(self, mark: str, at: int) -> None:
        before, after = self.text[at - 1 : at], self.text[at + 1 : at + 2]
        self._plain(mark)
        if mark in self.open and self._closes(mark, before, after):
            self._close(mark)
        elif mark not in self.open and not _wordy(before) and after.strip() and after != mark:
            self.open[mark] = len(self.out) - 1

    def _closes(self, mark: str, before: str, after: str) -> bool:
        empty = self.open[mark] == len(self.out) - 2
        return bool(before.strip()) and not _wordy(after) and not empty

    def _close(self, mark: str) -> None:
        self.out[self.open[mark]], self.out[-1] = _TAGS[mark]
        while self.open.popitem()[0] != mark:  # what was opened inside and not closed is a plain character
            pass


def _wordy(character: str) -> bool:
    return character.isalnum()
