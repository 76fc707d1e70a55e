"""ROOM channels: the door to people.

verb            `verify`, `parse`, `send`; where the platform can: `attend`, `fetch`
in → out        raw bytes and headers → events; a reply and addresses → the platform's id; a file's id → its bytes
may touch       its own platform's HTTP API, never in `verify` and `parse`
must not        read the store, know what a message means, decide anything, log a word or a number
to add one      copy `console.py`; the contract suite finds it. The file name is the channel's name
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import takewhile
from typing import Protocol, runtime_checkable

from periksa.errors import SendError
from periksa.lang.cut import cut
from periksa.lang.mend import mend
from periksa.model import Address, Event, Media, Option, Outgoing, Reply


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast messages may follow one another: `burst` at once, then one more every `seconds`."""

    burst: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Caps:
    """What a channel can carry. Lengths in characters as its platform counts them."""

    text: int
    """Longest text of one message."""
    options: int = 0
    """Most options a message can show as taps; 0: options are written into the text as numbers."""
    settles: bool = False
    """True: a send of unknown outcome is left alone until a status settles it or the settle time has passed, and then
    repeated at most once. False: repeating a send is harmless (a mailbox, a screen)."""
    beside: int = 0
    """Longest text of a message that shows options as taps; 0: as `text`."""
    option_id: int = 0
    """Longest id of an option that can be tapped, in bytes; 0: any."""
    tap: int = 0
    """Longest title of a tap that shows nothing else. Where an option has more to say, all of them stand in the text
    as well, and the taps begin with their numbers. 0: a tap shows whatever an option says."""
    note: int = 0
    """Longest second line of a tap: it tells what is chosen, and the title only the number and whose it is. 0: none."""
    numbers: bool = False
    """Whether the channel itself shows a number beside every option."""
    size: Callable[[str], int] = len
    """How the platform counts the length of a text."""
    person: Rate | None = None
    """How fast one person may be written to; None: as fast as we like."""
    all: Rate | None = None
    """How fast we may write to everybody together, through this process."""
    window: timedelta | None = None
    """How long after a person's last message free text reaches them; later only a template does. None: always."""
    conversations: int = 0
    """How many people a day may get a template; 0: any number."""


def lower(reply: Reply, caps: Caps) -> Reply:
    """The reply as a channel with these `caps` can carry it, fit to be encoded.

    Options that cannot all be shown as taps become numbered lines below the text, which gives way to them: they are
    what the person must be able to read. Text is cut between graphemes.
    """
    text, options = mend(reply.text).strip(), reply.options
    fit = _fit(text, options, caps)
    if not options or (fit and not any(_says_more(option, caps) for option in options)):
        return replace(reply, text=cut(text, caps.text, caps.size))
    if not fit:
        return replace(reply, text=_with_lines(text, options, caps.text, caps), options=(), prompt="")
    below = _with_lines(text, options, caps.beside or caps.text, caps)
    return replace(reply, text=below, options=tuple(_numbered_taps(options, caps)))


def _fit(text: str, options: Sequence[Option], caps: Caps) -> bool:
    return (
        len(options) <= caps.options
        and (not caps.beside or caps.size(text) <= caps.beside)
        and all(not caps.option_id or len(mend(option.id).encode()) <= caps.option_id for option in options)
    )


def _says_more(option: Option, caps: Caps) -> bool:
    return bool(caps.tap and (option.description or caps.size(mend(option.title)) > caps.tap))


def _numbered_taps(options: Sequence[Option], caps: Caps) -> Iterator[Option]:
    alike = _alike([mend(option.title) for option in options if option.description])
    for number, option in enumerate(options, 1):
        title = mend(option.title)
        line = f"{number}. {title}"
        if not caps.note or (not option.description and caps.size(line) <= caps.tap):
            yield Option(option.id, cut(line, caps.tap, caps.size))
            continue
        whose = mend(option.description).partition(",")[0]
        telling = f"…{title[alike:]}" if option.description and alike and caps.size(title) > caps.note else title
        head = f"{number} · {whose}" if whose else f"{number}."
        yield Option(option.id, cut(head, caps.tap, caps.size), cut(telling, caps.note, caps.size))


def _alike(titles: Sequence[str]) -> int:
    """Length of the words with which all of several titles begin: cut after them, they would all read the same."""
    if len(set(titles)) <= 1:
        return 0
    places = zip(*(title.split(" ") for title in titles), strict=False)
    return sum(len(words[0]) + 1 for words in takewhile(lambda words: len(set(words)) == 1, places))


def _with_lines(text: str, options: Sequence[Option], most: int, caps: Caps) -> str:
    """The text, and the options as numbered lines below it: half of the room is theirs, and what the text leaves."""
    lines = [f"{number}. {_line(option)}" for number, option in enumerate(options, 1)]
    room = max(most // 2, most - caps.size(text) - 2)
    if caps.size("\n".join(lines)) > room:
        lines = [cut(line, room // len(lines) - 1, caps.size) for line in lines]
    below = "\n".join(lines)
    above = cut(text, most - caps.size(below) - 2, caps.size)
    return f"{above}\n\n{below}".strip()


def _line(option: Option) -> str:
    return mend(f"{option.title} – {option.description}" if option.description else option.title)


class Channel(Protocol):
    """One way to people."""

    name: str
    caps: Caps

    def handshake(self, params: Mapping[str, str]) -> str:
        """Answer the platform's question whether this webhook is ours. Raises: BadSignature."""
        ...

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        """Check that the platform signed exactly these bytes (header names in lower case). Raises: BadSignature."""
        ...

    def parse(self, raw: bytes) -> list[Event]:
        """Everything in the delivery, in order; unknown kinds become events too. Pure. Raises: BadDelivery."""
        ...

    def send(self, outgoing: Outgoing, to: Sequence[Address]) -> str:
        """Send one reply as one message; the platform's id for it. Blocking. Raises: SendError and its children."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


SEE = "see"
"""What a tap on a template's button brings back: the person wants to see what is held for them."""


BLOCKED = "system/blocked"
"""The type of the system message by which a platform tells that a person blocked us."""


@runtime_checkable
class Judges(Protocol):
    """A channel whose statuses say why something was not delivered."""

    def failure(self, code: int | None) -> SendError:
        """What the code of a *failed* status means for the reply."""
        ...


@runtime_checkable
class Attends(Protocol):
    """A channel that can show a person that somebody is at work."""

    def attend(self, platform_id: str, to: Sequence[Address], *, answering: bool) -> None:
        """Show that this message was read and, with `answering`, that a reply is being written.

        Best effort: nothing depends on it. Blocking. Raises: ChannelError.
        """
        ...


@runtime_checkable
class Fetches(Protocol):
    """A channel whose messages bring files."""

    def fetch(self, media: Media, most: int) -> Iterator[bytes]:
        """The file's bytes, piece by piece; the last piece comes only if size and hash are those announced.

        At most `most` bytes: a larger file is refused before it is read. Blocking.
        Raises, at once or while it is read: FetchError, FetchLater.
        """
        ...


@dataclass(frozen=True, slots=True)
class Brought:
    """What a platform had for us, in the form in which a webhook would have brought it."""

    raw: bytes
    headers: Mapping[str, str]
    last: int
    """The number of its last event: named in the next question, it is how the platform learns that we keep them."""


@runtime_checkable
class Polls(Protocol):
    """A channel that can be asked for messages, where no webhook can reach us."""

    name: str

    def poll(self, after: int) -> Brought | None:
        """Ask for what came after the event of this number, and wait a while for it; None: nothing came.

        `after` confirms that everything up to it is kept; 0 confirms nothing. Blocking. Raises: PollError.
        """
        ...
