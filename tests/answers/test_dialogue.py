"""The table, row by row: what a person does, what follows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from periksa.answers import choices
from periksa.answers.dialogue import TABLE, Do, Event, State, Tap, event, turn
from periksa.answers.orders import order
from periksa.answers.word import HELPED_NO, HELPED_YES, NONE
from periksa.lang import LANGUAGES
from periksa.model import Media, Message, MessageKind, Query
from periksa.readers.text import TextReader

THEN = datetime(2026, 3, 1, 8, tzinfo=UTC)
READER = TextReader()


def message(text: str = "", kind: MessageKind = MessageKind.TEXT) -> Message:
    media = Media("f") if kind in (MessageKind.IMAGE, MessageKind.AUDIO) else None
    return Message("m", "c", "web", "p", kind, THEN, THEN, text=text, media=media)


def did(text: str = "", kind: MessageKind = MessageKind.TEXT, option: str = "") -> Event:
    one = message(text, kind)
    return event(one, READER.read(one), order(text) if kind is MessageKind.TEXT else None, option)


@pytest.mark.parametrize(
    ("happened", "do", "say", "tap"),
    [
        (Event.QUESTION, Do.FIND, "", Tap.NOTHING),
        (Event.LINK, Do.FIND, "link", Tap.NOTHING),
        (Event.GREETING, Do.SPEAK, "greeting", Tap.MENU),
        (Event.CHATTER, Do.SPEAK, "acknowledged", Tap.NOTHING),
        (Event.TOO_SHORT, Do.SPEAK, "too_short", Tap.NOTHING),
        (Event.PICK, Do.SHOW, "", Tap.NOTHING),
        (Event.NONE_OF_THESE, Do.HAND_OVER, "noted_none", Tap.NOTHING),
        (Event.STALE, Do.FIND, "stale", Tap.NOTHING),
        (Event.NO_SUCH_NUMBER, Do.SPEAK, "no_such_number", Tap.LIST),
        (Event.DESPAIR, Do.CARE, "despair", Tap.NOTHING),
        (Event.THANKS, Do.SPEAK, "thanked", Tap.NOTHING),
        (Event.INSULT, Do.SPEAK, "insulted", Tap.NOTHING),
        (Event.HELPED, Do.PRAISE, "helped", Tap.NOTHING),
        (Event.NOT_HELPED, Do.COMPLAIN, "not_helped", Tap.NOTHING),
        (Event.HELP, Do.SPEAK, "help", Tap.NOTHING),
        (Event.FOLLOW, Do.FOLLOW, "following", Tap.NOTHING),
        (Event.STOP, Do.UNFOLLOW, "unfollowed", Tap.NOTHING),
        (Event.ERASE, Do.SPEAK, "erase_ask", Tap.ERASE),
        (Event.ERASE_YES, Do.SPEAK, "erase_ask", Tap.ERASE),
        (Event.ERASE_NO, Do.SPEAK, "erase_kept", Tap.NOTHING),
        (Event.LANGUAGE, Do.SWITCH, "speaking", Tap.NOTHING),
        (Event.PICTURE, Do.HAND_OVER, "picture", Tap.NOTHING),
        (Event.VOICE, Do.HAND_OVER, "voice", Tap.NOTHING),
        (Event.VIDEO, Do.HAND_OVER, "video", Tap.NOTHING),
        (Event.DOCUMENT, Do.HAND_OVER, "document", Tap.NOTHING),
        (Event.STICKER, Do.SPEAK, "sticker", Tap.NOTHING),
        (Event.PLACE_OR_PERSON, Do.SPEAK, "place_or_person", Tap.NOTHING),
        (Event.UNKNOWN, Do.SPEAK, "unknown_kind", Tap.NOTHING),
    ],
)
def test_what_follows_for_somebody_we_know(happened: Event, do: Do, say: str, tap: Tap) -> None:
    follows = turn(happened, State.KNOWN)
    assert (follows.do, follows.say, follows.tap, follows.introduce) == (do, say, tap, False)


@pytest.mark.parametrize("happened", list(Event))
def test_first_contact_is_the_same_with_who_we_are_below_it(happened: Event) -> None:
    """Issue 4: "together with the answer, never instead of it"."""
    known, new = turn(happened, State.KNOWN), turn(happened, State.NEW)
    assert (new.do, new.say, new.tap) == (known.do, known.say, known.tap)
    assert new.introduce


@pytest.mark.parametrize("state", list(State))
def test_only_who_was_asked_just_now_is_erased(state: State) -> None:
    assert (turn(Event.ERASE_YES, state).do is Do.ERASE) == (state is State.ERASING)
    assert [happened for happened in Event if turn(happened, state).do is Do.ERASE] == (
        [Event.ERASE_YES] if state is State.ERASING else []
    )


def test_the_table_answers_every_event_in_every_state_and_has_words_for_it() -> None:
    for happened in Event:
        for state in State:
            say = turn(happened, state).say
            assert all(not say or lang.say[say] for lang in LANGUAGES.values())
    assert {what for what, _, _ in TABLE} == set(Event)


@pytest.mark.parametrize(
    ("text", "happened"),
    [
        ("halo", Event.GREETING),
        ("Assalamualaikum min", Event.GREETING),
        ("hello", Event.GREETING),
        ("makasih kak", Event.THANKS),
        ("👍", Event.CHATTER),
        ("ok", Event.CHATTER),
        ("ini hoaks bukan?", Event.TOO_SHORT),
        ("5g", Event.TOO_SHORT),
        ("", Event.TOO_SHORT),
        ("nomor 9", Event.TOO_SHORT),
        ("saya mau bunuh diri", Event.DESPAIR),
        ("bot bodoh", Event.INSULT),
        ("vaksin", Event.QUESTION),
        ("halo min, vaksin bikin mandul ya?", Event.QUESTION),
        ("https://kabar.example/a/1", Event.LINK),
        ("cek ya min https://kabar.example/a/1", Event.LINK),
        ("BANTUAN", Event.HELP),
        ("menu", Event.HELP),
        ("IKUTI", Event.FOLLOW),
        ("ikuti kesehatan harian", Event.FOLLOW),
        ("Subscribe", Event.FOLLOW),
        ("berhenti.", Event.STOP),
        ("STOP", Event.STOP),
        ("unsubscribe", Event.STOP),
        ("HAPUS", Event.ERASE),
        ("delete me", Event.ERASE),
        ("english", Event.LANGUAGE),
        ("BAHASA", Event.LANGUAGE),
        ("ya", Event.CHATTER),
        ("stop vaksin", Event.QUESTION),
        ("hapus utang petani", Event.QUESTION),
        ("ikuti lomba agustusan", Event.QUESTION),
        ("bantuan sosial cair hari ini", Event.QUESTION),
    ],
)
def test_what_somebody_did_by_writing(text: str, happened: Event) -> None:
    """Issue 4: "No menu gate: a question is answered on the first message"."""
    assert did(text) is happened


@pytest.mark.parametrize(
    ("kind", "happened"),
    [
        (MessageKind.IMAGE, Event.PICTURE),
        (MessageKind.AUDIO, Event.VOICE),
        (MessageKind.VIDEO, Event.VIDEO),
        (MessageKind.DOCUMENT, Event.DOCUMENT),
        (MessageKind.STICKER, Event.STICKER),
        (MessageKind.CONTACTS, Event.PLACE_OR_PERSON),
        (MessageKind.LOCATION, Event.PLACE_OR_PERSON),
        (MessageKind.ORDER, Event.UNKNOWN),
        (MessageKind.UNSUPPORTED, Event.UNKNOWN),
        (MessageKind.UNKNOWN, Event.UNKNOWN),
    ],
)
def test_what_somebody_did_by_sending_something_else(kind: MessageKind, happened: Event) -> None:
    assert did("", kind) is happened


def test_a_caption_with_a_claim_is_a_question_and_one_without_is_a_picture() -> None:
    assert did("vaksin berisi cip pelacak", MessageKind.IMAGE) is Event.QUESTION
    assert did("ini bener ga min?", MessageKind.IMAGE) is Event.PICTURE
    assert did("hapus", MessageKind.IMAGE) is Event.QUESTION


@pytest.mark.parametrize(
    ("option", "happened"),
    [
        ("article:a", Event.PICK),
        (NONE, Event.NONE_OF_THESE),
        (HELPED_YES, Event.HELPED),
        (HELPED_NO, Event.NOT_HELPED),
        (choices.ERASE_YES, Event.ERASE_YES),
        (choices.ERASE_NO, Event.ERASE_NO),
        (choices.MENU_HELP, Event.HELP),
        (choices.MENU_FOLLOW, Event.FOLLOW),
    ],
)
def test_what_somebody_did_by_choosing(option: str, happened: Event) -> None:
    assert event(message("Ya"), Query("Ya", READER.read(message("Ya")).kind), None, option) is happened
