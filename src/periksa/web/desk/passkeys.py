"""Passkeys: made on one's account, used on the way in. Both take a script; everything else works without."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from periksa.errors import SignInRefused, StaffError
from periksa.model import Entry, Passkey, Present
from periksa.web.desk import Staffing
from periksa.web.desk.entering import refuse
from periksa.web.desk.guard import Handler, enter
from periksa.web.desk.screen import Here, Screen
from periksa.web.desk.ways import ACCOUNT, INBOX, SIGN_IN, Way, inside
from periksa.web.line import Allowance

ASKED, ASKED_PER_MINUTE = 30, 10.0
"""Of one line: questions to devices."""


class Keys(Protocol):
    """What the desk needs of passkeys. Raises: StaffError, StoreError, StoreBusy."""

    def offer(self, present: Present, password: str, origin: str, name: str, address: str) -> str:
        """What the browser is to make, as JSON."""
        ...

    def add(self, present: Present, credential: str, called: str, origin: str) -> Passkey:
        """What it made is kept."""
        ...

    def of(self, user: str) -> list[Passkey]:
        """Those of a user."""
        ...

    def drop(self, present: Present, passkey: str) -> None:
        """One is good no longer."""
        ...

    def ask(self, origin: str) -> str:
        """What whoever comes is to prove, as JSON."""
        ...

    def sign_in(self, credential: str, origin: str, address: str, agent: str = "") -> Entry:
        """Begin a session. Raises: SignInRefused."""
        ...


class Passkeys:
    """`name` is what a device shows beside the address."""

    def __init__(
        self, keys: Keys, staffing: Staffing, screen: Screen, name: str, clock: Callable[[], datetime]
    ) -> None:
        self._allowance = Allowance(ASKED, ASKED_PER_MINUTE)
        self._clock = clock
        self._keys = keys
        self._staffing = staffing
        self._screen = screen
        self._name = name

    def ways(self) -> Mapping[Way, Handler]:
        """What each way does."""
        return {
            Way("POST", f"{ACCOUNT}/passkeys/options"): self.offer,
            Way("POST", f"{ACCOUNT}/passkeys"): self.add,
            Way("POST", f"{ACCOUNT}/passkeys/removed"): self.remove,
            Way("POST", f"{SIGN_IN}/passkey/options"): self.ask,
            Way("POST", f"{SIGN_IN}/passkey"): self.sign_in,
        }

    async def offer(self, here: Here) -> Response:
        """To the script: what the device is to make."""
        password = here.form.get("password", "")
        try:
            options = await run_in_threadpool(
                self._keys.offer, here.signed_in, password, _origin(here), self._name, here.address
            )
        except StaffError as error:
            return JSONResponse({"trouble": here.texts.words[f"staff_{error.word}"]}, 422)
        return Response(options, media_type="application/json")

    async def add(self, here: Here) -> Response:
        """What it made."""
        credential, called = here.form.get("credential", ""), here.form.get("called", "")
        await run_in_threadpool(self._keys.add, here.signed_in, credential, called, _origin(here))
        return self._screen.go(ACCOUNT, "passkey")

    async def remove(self, here: Here) -> Response:
        """One of one's own."""
        await run_in_threadpool(self._keys.drop, here.signed_in, here.form.get("passkey", ""))
        return self._screen.go(ACCOUNT, "passkey_removed")

    async def ask(self, here: Here) -> Response:
        """To the script: what the device is to prove. Each question is kept until it lapses."""
        if not self._allowance.takes(here.request, self._clock()):
            headers = {"retry-after": "60"}
            return JSONResponse({"trouble": here.texts.words["staff_calm"]}, 429, headers=headers)
        return Response(await run_in_threadpool(self._keys.ask, _origin(here)), media_type="application/json")

    async def sign_in(self, here: Here) -> Response:
        """What it proved."""
        credential, next = here.form.get("credential", ""), here.form.get("next", "")
        try:
            entry = await run_in_threadpool(self._keys.sign_in, credential, _origin(here), here.address, here.agent)
        except SignInRefused as refused:
            return refuse(self._screen, here, next, refused)
        if here.present:
            await run_in_threadpool(self._staffing.sign_out, here.present)
        return enter(self._screen.go(next if inside(next) else INBOX), here.request, entry)


def _origin(here: Here) -> str:
    """Where the browser thinks it is; what it signs names its own, so nothing is won by naming another."""
    url = urlsplit(str(here.request.url))
    return f"{url.scheme}://{url.netloc}"
