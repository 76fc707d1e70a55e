"""From what a message does to what is said and kept: the table's turn, carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from periksa.answers import choices, dialogue, same, word
from periksa.answers.burst import Piece, is_better, is_new
from periksa.answers.decide import unfit
from periksa.answers.dialogue import Do, Event, Tap, Turn
from periksa.answers.orders import EVERYTHING, Order, Word, topic_name, topic_names
from periksa.channels import Channel
from periksa.errors import IndexUnavailable, ModelUnavailable
from periksa.finding import Finder, Finding
from periksa.lang import DEFAULT, LANGUAGES, language
from periksa.lang.spoken import language_of, tells
from periksa.model import (
    NONE_OF_THEM,
    Also,
    Article,
    ArticleKind,
    Asked,
    Audit,
    CaseState,
    Decision,
    DecisionKind,
    Feedback,
    Figure,
    Job,
    JobKind,
    Match,
    Outgoing,
    Query,
    Reply,
    Tally,
)
from periksa.model.casework import CaseKind, kind_of
from periksa.model.numbers import hour_of, opinion
from periksa.store import Store, Transaction
from periksa.tipline.answered import SAID, Answered, Effect, Speaking, decided, noting, picked
from periksa.tipline.hearing import Earlier, Heard, reply_id
from periksa.watching import Said

ENOUGH_WORDS = 4
"""Words of a question that is answered with what an editor found for the same words before; a shorter one is offered
it: a keyword means something else next year."""
REFUSED = Decision(DecisionKind.HAND_OVER, why="none of these")
SENT_BY = timedelta(seconds=5)
"""When the receipt of an erasure should be out."""


class Replying:
    """`name` is what the tipline is called; `code` its own language, where a text tells none.

    `help_line` tells whoever wants to die where there is help, in the newsroom's words.
    """

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        finder: Finder,
        new_id: Callable[[], str],
        name: str,
        code: str = DEFAULT,
        help_line: str = "",
    ) -> None:
        self._store = store
        self._channels = channels
        self._finder = finder
        self._new_id = new_id
        self._name = name
        self._language = code
        self._help_line = help_line
        self._doing: Mapping[Do, Callable[[Speaking], Answered]] = {
            Do.SPEAK: self._speak,
            Do.FIND: self._find,
            Do.SHOW: self._show,
            Do.HAND_OVER: self._hand_over,
            Do.CARE: self._care,
            Do.PRAISE: partial(self._judge, helpful=True),
            Do.COMPLAIN: partial(self._judge, helpful=False),
            Do.FOLLOW: self._follow,
            Do.UNFOLLOW: self._unfollow,
            Do.SWITCH: self._switch,
            Do.ERASE: self._erase,
        }

    def reply(self, heard: Heard, found: dict[object, Finding], at: datetime) -> Answered:
        """What follows. `found` is what was found for others of this batch: a forward comes thousands of times."""
        turn = dialogue.turn(heard.event, heard.state)
        answered = self._doing[turn.do](Speaking(heard, turn, self._code(heard), at, found))
        if heard.said and answered.outgoing and answered.outgoing.reply.text == heard.said:
            return Answered(heard.job)
        return answered if not turn.introduce else noting(answered, _welcome(heard, at))

    def calm(self, heard: Heard, at: datetime) -> Answered:
        """To somebody who writes faster than we can read."""
        now = Speaking(heard, Turn(Do.SPEAK, "too_many"), self._code(heard), at, {})
        return replace(self._say(now, self._own(now)), said=Said.CALMED)

    # ------------------------------------------------------------ what is done

    def _speak(self, now: Speaking) -> Answered:
        listed = now.heard.offer.reply if now.turn.tap is Tap.LIST and now.heard.offer else Reply("")
        reply = self._own(now, name=self._name, topics=topic_names(now.code), most=str(len(listed.options)))
        if listed.options and not now.heard.repeated:
            reply = replace(reply, options=listed.options, prompt=listed.prompt)
        if now.turn.tap is Tap.MENU:
            reply = replace(reply, options=choices.menu(now.code), prompt=language(now.code).say["menu_prompt"])
        elif now.turn.tap is Tap.ERASE:
            reply = replace(reply, options=choices.erase(now.code))
        return self._say(now, reply)

    def _find(self, now: Speaking) -> Answered:
        heard = now.heard
        if heard.event is Event.STALE and heard.offer is None and not choices.article_id(heard.message.choice):
            return self._speak(now)
        finding = self._found(now, heard.asks)
        return self._go_on(now, finding, heard.earlier) if heard.earlier else self._told(now, finding)

    def _found(self, now: Speaking, asks: Piece) -> Finding:
        message = asks.message
        same_words = (message.kind, message.text, message.media)
        finding = now.found[same_words] = now.found.get(same_words) or self._finder.find(message)
        return finding

    def _go_on(self, now: Speaking, own: Finding, earlier: Earlier) -> Answered:
        """The rest of a question that was answered before it came: silence where it brings nothing new.

        What has no answer of its own is told so all the same, unless that was just said: it may be another question.
        """
        if unfit(own.query) or (own.decision.kind is DecisionKind.HAND_OVER and self._settled(own.query)):
            return self._told(now, own)
        whole = own if own.decision.kind is DecisionKind.ANSWER else self._found(now, earlier.whole)
        if is_better(whole.decision, own.decision) and is_new(whole.decision, earlier.told):
            return self._told(replace(now, heard=replace(now.heard, asks=earlier.whole)), whole)
        if is_new(own.decision, earlier.told):
            return self._told(now, own)
        waits = own.decision.kind is DecisionKind.HAND_OVER
        return Answered(now.heard.job, effects=(self._case(now, own.query),) if waits else ())

    def _told(self, now: Speaking, finding: Finding) -> Answered:
        decision = finding.decision
        if decision.kind is DecisionKind.HAND_OVER:
            return self._not_found(now, finding)
        reply = word.reply_to(decision, now.code, now.at.date(), self._below(now))
        told = decision.shown[0].article.id if decision.kind is DecisionKind.ANSWER else ""
        return decided(now, self._say(now, reply, article=told), SAID[decision.kind], decision)

    def _not_found(self, now: Speaking, finding: Finding) -> Answered:
        """An editor may have answered the very same question before; otherwise it is theirs now."""
        query, nothing = finding.query, unfit(finding.query)
        if nothing and now.turn.say:
            said = self._speak(now)
            return noting(said, self._case(now, query)) if now.heard.event is Event.LINK else said
        settled = None if nothing else self._settled(query)
        if settled:
            return self._settled_reply(now, settled, query)
        said = self._say(now, word.reply_to(finding.decision, now.code, now.at.date(), self._below(now)))
        if nothing:
            return said
        said = noting(said, self._case(now, query))
        return decided(now, said, Said.HANDED_OVER, finding.decision)

    def _settled_reply(self, now: Speaking, article: Article, query: Query) -> Answered:
        today, below = now.at.date(), self._below(now)
        if len(query.words) < ENOUGH_WORDS:
            offer = word.with_words(word.offer([article], now.code), above=below)
            return decided(now, self._say(now, offer), Said.OFFERED, _settled_with(article))
        told = word.asking_back(article, now.code, today, below=below, also=self._also(now, article))
        said = self._say(now, told, article=article.id)
        return decided(now, said, Said.ANSWERED, _settled_with(article))

    def _show(self, now: Speaking) -> Answered:
        article = now.heard.article
        if article is None:
            return self._find(now)
        also = self._also(now, article)
        reply = word.asking_back(article, now.code, now.at.date(), below=self._below(now), also=also)
        said = self._say(now, reply, article=article.id)
        return picked(decided(now, said, Said.ANSWERED, _settled_with(article)), now, article.id)

    def _also(self, now: Speaking, article: Article) -> Also:
        """Who else checked it. What they chose is told even where nothing can be searched."""
        try:
            return self._finder.also(now.heard.asks.message, article)
        except (IndexUnavailable, ModelUnavailable):
            return word.ALONE

    def _hand_over(self, now: Speaking) -> Answered:
        offered = now.heard.offer.reply.options if now.heard.offer else ()
        refused = [id for id in (choices.article_id(option.id) for option in offered) if id]
        said = noting(self._say(now, self._own(now)), self._case(now, now.heard.asks.query, refused))
        return picked(decided(now, said, Said.HANDED_OVER, REFUSED), now, NONE_OF_THEM)

    def _care(self, now: Speaking) -> Answered:
        """To somebody who wants to die. Editors see that it was written; nobody is told a fact-check for it."""
        asked, case_id = now.heard.asks, self._new_id()
        known = Asked(CaseKind.TEXT, asked.message.channel, asked.query.language)
        said = self._say(now, self._own(now, help=self._help_line or language(now.code).say["despair_help"]))
        keys, text = {same.despair_key(now.heard.contact.id)}, same.despair_text()
        return noting(said, lambda tx: tx.cases.join(keys, text, asked.message.id, now.at, case_id, known))

    def _judge(self, now: Speaking, *, helpful: bool) -> Answered:
        said, offer = self._say(now, self._own(now)), now.heard.offer
        if offer is None:
            return said
        feedback = Feedback(offer.id, now.heard.contact.id, helpful, "button", now.at)
        said = noting(said, lambda tx: tx.tallies.add(opinion(tx.feedback.get(feedback.reply), feedback)))
        said = noting(said, lambda tx: tx.feedback.put(feedback))
        if helpful or not now.heard.asks.query.words:
            return said
        refused = [offer.article] if offer.article else []
        return noting(said, self._case(now, now.heard.asks.query, refused))

    def _follow(self, now: Speaking) -> Answered:
        order, contact, channel = now.heard.order or Order(Word.FOLLOW), now.heard.contact.id, now.heard.message.channel
        say = language(now.code).say
        names = ", ".join(topic_name(id, now.code) for id in order.topics)
        topics = say["following_topics"].format(topics=names) if names else ""
        reply = self._own(now, often=say[order.cadence], topics=topics)

        def follow(tx: Transaction) -> None:
            tx.subscriptions.unsubscribe(contact, now.at, "word")
            for topic in order.topics or (EVERYTHING,):
                tx.subscriptions.subscribe(contact, channel, topic, order.cadence, now.at, "word")
            if not now.heard.contact.language:
                tx.contacts.update(contact, language=now.code)

        return noting(self._say(now, reply), follow)

    def _unfollow(self, now: Speaking) -> Answered:
        contact = now.heard.contact.id
        said = self._say(now, self._own(now))
        return noting(said, lambda tx: tx.subscriptions.opt_out(contact, now.at, "word"))

    def _switch(self, now: Speaking) -> Answered:
        contact, code = now.heard.contact.id, now.code
        said = self._say(now, self._own(now))
        return noting(said, lambda tx: tx.contacts.update(contact, language=code))

    def _erase(self, now: Speaking) -> Answered:
        """What they wrote goes with the very transaction that stores the receipt; the address, once that is out."""
        receipt = self._new_id()[-8:].upper()
        said = self._say(now, self._own(now, receipt=receipt))
        forget = Job(JobKind.FORGET, reply_id(now.heard.message), not_before=now.at + SENT_BY)

        def leave(tx: Transaction) -> None:
            tx.jobs.add([forget], now.at)
            tx.audit.add(Audit(now.at, "person", "asked to be forgotten", about=receipt))

        return replace(noting(said, leave), erases=now.heard.message)

    # ------------------------------------------------------------ what is said

    def _own(self, now: Speaking, **given: str) -> Reply:
        """The row's sentence, its {names} filled in."""
        return word.with_words(word.says(now.turn.say, now.code, **given), below=self._below(now))

    def _say(self, now: Speaking, reply: Reply, article: str = "") -> Answered:
        """The reply on its way out. `article`: id of the one it tells."""
        message = now.heard.message
        outgoing = Outgoing(
            id=reply_id(message),
            contact=message.contact,
            channel=message.channel,
            reply=reply,
            message=now.heard.asks.message.id,
            refers_to=message.platform_id,
            created_at=now.at,
            article=article,
        )
        spoken = Tally(Figure.SPOKEN, hour_of(message.received_at), channel=message.channel, language=now.code)
        return Answered(now.heard.job, outgoing, tallies=(spoken,))

    def _below(self, now: Speaking) -> str:
        """Who we are, and whether another language is preferred, where the person's is not certain."""
        if not now.turn.introduce:
            return ""
        asks = [] if _sure(now.heard) else [lang.say["prefer"] for code, lang in LANGUAGES.items() if code != now.code]
        return "\n".join([word.introduction(self._name, now.code), *asks])

    def _code(self, heard: Heard) -> str:
        """The language to speak: the one they want, else the one they write, where their words tell."""
        if heard.event is Event.LANGUAGE and heard.order:
            return heard.order.language
        ordered = heard.order.language if heard.order else ""
        told = heard.order or tells(heard.asks.message.text)
        written = heard.asks.query.language if told else self._language
        return language(heard.contact.language or ordered or written).code

    # ------------------------------------------------------------ what is left for the editors

    def _case(self, now: Speaking, query: Query, refused: list[str] | None = None) -> Effect:
        asked, case_id = now.heard.asks.message, self._new_id()
        keys = same.keys(query, asked.media, refused or ()) or {f"message:{asked.id}"}
        text = asked.text.strip() or query.text or " ".join(query.links) or same.file_text(asked.kind)
        kind = kind_of(asked.kind, asked.text)
        known = Asked(kind, asked.channel, query.language, asked.frequently_forwarded)
        channel = self._channels.get(asked.channel)
        window = channel.caps.window if channel else None
        interim = [Job(JobKind.INTERIM, asked.id, not_before=now.at + window / 2)] if window else []

        def join(tx: Transaction) -> None:
            tx.cases.join(keys, text, asked.id, now.at, case_id, known)
            if interim:
                tx.jobs.add(interim, now.at)

        return join

    def _settled(self, query: Query) -> Article | None:
        """What an editor found for exactly these words."""

        def look(tx: Transaction) -> Article | None:
            cases = tx.cases.find({same.text_key(query)}, CaseState.ANSWERED)
            articles = tx.articles.get([id for case in cases[:1] for id in case.articles[:1]])
            return next((article for article in articles if article.kind is ArticleKind.FACT_CHECK), None)

        return self._store.read(look)


def _settled_with(article: Article) -> Decision:
    """Somebody, not a search, found this article."""
    return Decision(DecisionKind.ANSWER, shown=(Match(article, 1.0),), why="settled")


def _welcome(heard: Heard, at: datetime) -> Effect:
    asked = None if _sure(heard) else at
    return lambda tx: tx.contacts.update(heard.contact.id, welcomed_at=at, asked_language_at=asked)


def _sure(heard: Heard) -> bool:
    """Whether the language is known, or plain from the words."""
    text = heard.asks.message.text
    guesses = {language_of(text, code) for code in LANGUAGES}
    return bool(heard.contact.language or heard.order) or len(guesses) == 1
