"""Quality: what readers say, what editors say of a week's sample, and how sure an answer must be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from periksa.model import Floors, Outcome, Says
from periksa.model.quality import Complaint, Foresight, Precision, ToJudge, Week, together
from periksa.web.desk.guard import Handler
from periksa.web.desk.screen import Here, Screen
from periksa.web.desk.ways import QUALITY, Way

LONGEST = 2000
"""Characters of a question for which reasons are looked up."""
KEYS = {Says.RIGHT: "1", Says.WRONG: "2", Says.UNSURE: "3"}


class Quality(Protocol):
    """What the desk needs of the quality of answers. Raises: StoreError, StoreBusy."""

    def floors(self) -> tuple[Floors, Floors, Floors | None]:
        """Of the settings, as they count now, and as the desk set them last."""
        ...

    def foresee(self, answer: float, offer: float) -> Foresight:
        """What other floors would have changed in the last weeks."""
        ...

    def allowed(self, answer: float, offer: float) -> bool:
        """Whether the desk may set them."""
        ...

    def tighten(self, answer: float, offer: float, by: str) -> bool:
        """They count from now on; False if they may not."""
        ...

    def rule(self, outcome: Outcome, code: str) -> str:
        """By which rule a search decided, in a sentence; "" where none did."""
        ...

    def unhelpful(self) -> list[Complaint]:
        """Answers that did not help."""
        ...

    def untaken(self) -> list[Complaint]:
        """Offers that nobody took."""
        ...

    def weeks(self, by: str) -> list[Week]:
        """Latest first."""
        ...

    def draw(self, monday: date, by: str) -> bool:
        """Let chance choose a week's sample, once; False if there is nothing to choose from."""
        ...

    def to_judge(self, monday: date, by: str, place: int = 0) -> ToJudge | None:
        """One of a sample, or the first that is left to this editor."""
        ...

    def judge(self, monday: date, place: int, says: Says, by: str) -> bool:
        """An editor's word; False if there is no such place."""
        ...

    def pairs(self) -> Iterator[Mapping[str, Any]]:
        """What was judged right or wrong, for `periksa eval`."""
        ...


class Asker(Protocol):
    """Whoever can say why a check fits a question."""

    def record(self, text: str, language: str = "") -> Mapping[str, Any]:
        """All about the decision. Raises: IndexUnavailable, ModelUnavailable."""
        ...


class Judged:
    """The part of the desk."""

    def __init__(self, quality: Quality, asker: Asker, screen: Screen) -> None:
        self._quality = quality
        self._asker = asker
        self._screen = screen

    def ways(self) -> Mapping[Way, Handler]:
        """What each way does."""
        return {
            Way("GET", QUALITY): self.quality,
            Way("GET", f"{QUALITY}/floors"): self.foresee,
            Way("POST", f"{QUALITY}/floors"): self.tighten,
            Way("POST", f"{QUALITY}/samples"): self.draw,
            Way("GET", f"{QUALITY}/samples/{{week}}"): self.to_judge,
            Way("POST", f"{QUALITY}/samples/{{week}}"): self.judge,
            Way("GET", f"{QUALITY}/pairs.jsonl"): self.pairs,
        }

    async def quality(self, here: Here) -> Response:
        """All there is to know."""
        weeks = await run_in_threadpool(self._quality.weeks, here.by)
        return self._screen.show(
            here,
            "quality.html",
            weeks=weeks,
            overall=together(weeks),
            floors=await run_in_threadpool(self._quality.floors),
            unhelpful=await run_in_threadpool(self._quality.unhelpful),
            untaken=await run_in_threadpool(self._quality.untaken),
            says=tuple(Says),
            rule=lambda outcome: self._quality.rule(outcome, here.texts.language),
            percent=partial(percent, decimal=here.texts.words["decimal"]),
            interval=partial(interval, decimal=here.texts.words["decimal"]),
        )

    async def foresee(self, here: Here) -> Response:
        """What other thresholds would have changed, before they count."""
        if not here.request.query_params:
            return self._screen.go(QUALITY)
        answer, offer = (
            _share(here.request.query_params.get("answer", "")),
            _share(here.request.query_params.get("offer", "")),
        )
        if not self._quality.allowed(answer, offer):
            return self._screen.problem(here, "loose", 409)
        foresight = await run_in_threadpool(self._quality.foresee, answer, offer)
        floors = await run_in_threadpool(self._quality.floors)
        return self._screen.show(
            here,
            "floors.html",
            foresight=foresight,
            floors=floors,
            answer=answer,
            offer=offer,
            percent=partial(percent, decimal=here.texts.words["decimal"]),
        )

    async def tighten(self, here: Here) -> Response:
        """They count."""
        answer, offer = _share(here.form.get("answer", "")), _share(here.form.get("offer", ""))
        if not await run_in_threadpool(self._quality.tighten, answer, offer, here.by):
            return self._screen.problem(here, "loose", 409)
        return self._screen.go(QUALITY, "floors_set")

    async def draw(self, here: Here) -> Response:
        """Begin to judge a week."""
        week = _day(here.form.get("week", ""))
        if week is None or not await run_in_threadpool(self._quality.draw, week, here.by):
            return self._screen.problem(here, "no_sample", 409)
        return self._screen.go(f"{QUALITY}/samples/{week}")

    async def to_judge(self, here: Here) -> Response:
        """One question and its answer, to be judged."""
        week, place = _day(here.request.path_params["week"]), _number(here.request.query_params.get("place", ""))
        found = await run_in_threadpool(self._quality.to_judge, week, here.by, place) if week else None
        if week is None or found is None:
            first = await run_in_threadpool(self._quality.to_judge, week, here.by, 1) if week else None
            return self._screen.go(QUALITY, "all_judged") if first else self._screen.problem(here, "nowhere", 404)
        tell = partial(percent, decimal=here.texts.words["decimal"])
        reasons = await run_in_threadpool(self._reasons, found, here.texts.language)
        return self._screen.show(here, "judge.html", one=found, keys=KEYS, reasons=reasons, week=week, percent=tell)

    async def judge(self, here: Here) -> Response:
        """An editor's word, and on to the next; those who had judged another see both."""
        week, place, says = (
            _day(here.request.path_params["week"]),
            _number(here.form.get("place", "")),
            here.form.get("says", ""),
        )
        if (
            week is None
            or says not in set(Says)
            or not await run_in_threadpool(self._quality.judge, week, place, Says(says), here.by)
        ):
            return self._screen.problem(here, "nowhere", 404)
        one = await run_in_threadpool(self._quality.to_judge, week, here.by, place)
        disputed = one and any(other.says is not Says(says) for other in one.others)
        return self._screen.go(f"{QUALITY}/samples/{week}" + (f"?place={place}" if disputed else ""))

    async def pairs(self, here: Here) -> Response:
        """What was judged, one JSON object a line."""
        lines = await run_in_threadpool(
            lambda: [json.dumps(each, ensure_ascii=False) for each in self._quality.pairs()]
        )
        headers = {"content-disposition": 'attachment; filename="periksa-judged.jsonl"'}
        return Response("".join(f"{line}\n" for line in lines), media_type="application/jsonl", headers=headers)

    def _reasons(self, one: ToJudge, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What speaks for the match and what against it, as it would be found now."""
        if not one.text or one.article is None or one.text.startswith("["):
            return (), ()
        matches = self._asker.record(one.text[:LONGEST], language)["matches"]
        found = next((match for match in matches if match["id"] == one.article.id), None)
        return (tuple(found["for"]), tuple(found["against"])) if found else ((), ())


def percent(value: float, decimal: str) -> str:
    """With one place where it is not whole."""
    return f"{100 * value:.1f}".removesuffix(".0").replace(".", decimal) + " %"


def interval(known: Precision, decimal: str) -> str:
    """From … to."""
    return f"{percent(known.low, decimal)} – {percent(known.high, decimal)}"


def _share(text: str) -> float:
    """A percentage as it is typed, from 0 to 1; one that is none is no share at all."""
    try:
        value = float(text.replace(",", ".").removesuffix("%").strip()) / 100
    except ValueError:
        return -1.0
    return round(value, 4) if 0 <= value <= 1 else -1.0


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
