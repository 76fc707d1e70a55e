"""Everything that can go wrong, as a tree.

An error's text is one sentence for the operator: what was wrong, where, and what to do. `retry` says whether trying the
same thing again can help; the worker asks nothing else.
"""

from __future__ import annotations


class PeriksaError(Exception):
    """Something periksa understands went wrong; the sentence says what and what to do."""

    retry = False


class ConfigError(PeriksaError):
    """A setting is unknown, missing or malformed; the sentence names it and the nearest known one."""


class InputError(PeriksaError):
    """A file or record cannot be read; the sentence names file, line and field."""


class SourceError(InputError):
    """A publisher's page is not what its parser expects; the page is kept out, never guessed at."""


class ParserStopped(SourceError):
    """A page brought its parser down, by memory, time or a crash; the page is kept out, nothing else is lost."""


class StoreError(PeriksaError):
    """The database refused or could not be reached."""


class StoreBusy(StoreError):
    """The database is locked or restarting; the same work can be tried again."""

    retry = True


class StoreFull(StoreError):
    """The database's disk is full or fails: whatever is to be kept waits until there is room, and nothing is lost."""

    retry = True


class SealError(StoreError):
    """What is sealed in the database cannot be opened: the key file is another one, or missing; restore it."""


class IndexUnavailable(PeriksaError):
    """The search index is lost or damaged: questions wait until it is rebuilt, by serve, work or `periksa reindex`."""

    retry = True


class ModelUnavailable(PeriksaError):
    """A file of the learned models is damaged or does not fit the others; questions wait until it is mended."""

    retry = True


class CardError(PeriksaError):
    """A fact-check cannot be made into a picture: the fonts that come with periksa cannot write it."""


class CaseError(PeriksaError):
    """What an editor or the operator ordered cannot be done: no such case, fact-check or person, or settled already."""


class WorkRefused(CaseError):
    """Something cannot be done to a case, or not be undone, because of what it is by now; nothing was changed."""

    def __init__(self, sentence: str, word: str) -> None:
        super().__init__(sentence)
        self.word = word
        """What is wrong, in one word, for a screen that has its own sentences."""


class StaffError(PeriksaError):
    """A desk account cannot be made or changed like this: the name, the password, the link, or the last admin."""

    def __init__(self, sentence: str, word: str) -> None:
        super().__init__(sentence)
        self.word = word
        """Which sentence of the desk says it in the reader's language."""


class SignInRefused(StaffError):
    """Somebody could not sign in to the desk: wrong name or password, or too many tries; see who it was."""


class ChannelError(PeriksaError):
    """Something between us and a messaging platform failed."""


class BadDelivery(ChannelError):
    """A webhook is not a delivery of this platform: malformed, too large or for another product."""


class BadSignature(BadDelivery):
    """A webhook's signature is missing or wrong; nothing in it was read."""


class SendError(ChannelError):
    """A reply was not sent. `code` is the platform's own error code, where it gave one."""

    def __init__(self, sentence: str, code: int | None = None, wait: float | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.wait = wait
        """Seconds the platform asked us to wait, where it said so."""


class Throttled(SendError):
    """We sent too fast; wait longer and send the same reply again."""

    retry = True


class PersonThrottled(Throttled):
    """We wrote to one person too fast, which is our doing, not theirs; wait before writing to them again."""


class Transient(SendError):
    """The platform failed before accepting the reply; send it again."""

    retry = True


class OutcomeUnknown(SendError):
    """The platform may or may not have sent the reply; wait for its status before repeating."""

    retry = True


class WindowClosed(SendError):
    """More than 24 hours since the person last wrote: only a template may be sent."""


class Gone(SendError):
    """The person cannot be reached on this address any more; stop writing to it."""


class OptedOut(Gone):
    """The person told the platform that they want no broadcasts of ours; they get none any more."""


class Spared(Gone):
    """The platform spares this person more broadcasts for now; this one is not sent."""


class Refused(SendError):
    """The platform refuses this reply for good: malformed, too long or not allowed."""


class AccountTrouble(SendError):
    """The platform has locked, limited or unauthenticated our account; the operator must act, and replies wait."""

    retry = True


class PollError(ChannelError):
    """A platform that must be asked for messages gave none; it keeps them, and is asked again."""

    retry = True

    def __init__(self, sentence: str, wait: float | None = None) -> None:
        super().__init__(sentence)
        self.wait = wait
        """Seconds the platform asked us to wait, where it said so."""


class FetchError(ChannelError):
    """A file behind a message cannot be had: too large, not what was announced, or gone; the question goes on."""


class FetchLater(FetchError):
    """A file behind a message could not be fetched now; it is tried again."""

    retry = True


class PageError(PeriksaError):
    """A page of the open web was not fetched; the sentence names its address."""

    def __init__(self, sentence: str, wait: float | None = None) -> None:
        super().__init__(sentence)
        self.wait = wait
        """Seconds the site asked us to wait, where it said so."""


class AddressRefused(PageError):
    """An address is not one of the public web, or is oddly written; nothing was asked for."""


class PageRefused(PageError):
    """A page cannot be had as it is: forbidden, too large, packed to burst, sent in circles; it is left out."""

    def __init__(self, sentence: str, status: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        """What the site said in HTTP, where that was the reason."""


class PageGone(PageError):
    """The site says that there is no such page, or no more (404, 410)."""


class RobotsRefused(PageError):
    """The site's robots.txt asks not to fetch a page, or cannot be read; the page is left out."""


class PageLater(PageError):
    """A site could not be reached, was too slow or asked us to wait; its page is tried again."""

    retry = True
