"""One's own account: password, sessions, language, theme."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from periksa.errors import StaffError
from periksa.web.desk import Staffing
from periksa.web.desk.guard import Handler, leave
from periksa.web.desk.passkeys import Keys
from periksa.web.desk.screen import Here, Screen
from periksa.web.desk.ways import ACCOUNT, SIGN_IN, Way


class Account:
    """What everybody may do to themselves."""

    def __init__(self, staffing: Staffing, keys: Keys, screen: Screen) -> None:
        self._staffing = staffing
        self._keys = keys
        self._screen = screen

    def ways(self) -> Mapping[Way, Handler]:
        """What each way does."""
        return {
            Way("GET", ACCOUNT): self.show,
            Way("POST", f"{ACCOUNT}/password"): self.password,
            Way("POST", f"{ACCOUNT}/sessions"): self.sessions,
        }

    async def show(self, here: Here) -> Response:
        """The account."""
        return await self._show(here)

    async def password(self, here: Here) -> Response:
        """Another password."""
        old, new, again = (here.form.get(key, "") for key in ("old", "password", "again"))
        if new != again:
            return await self._show(here, "unlike")
        try:
            await run_in_threadpool(self._staffing.change_password, here.signed_in, old, new, here.address)
        except StaffError as error:
            return await self._show(here, error.word)
        return self._screen.go(ACCOUNT, "password")

    async def sessions(self, here: Here) -> Response:
        """End one of them, or all: then this one too."""
        user, session = here.signed_in.user.id, here.form.get("session", "")
        ended = await run_in_threadpool(self._staffing.end_sessions, user, here.by, session)
        if session and session != here.signed_in.session.id:
            return self._screen.go(ACCOUNT, "ended", ended)
        return leave(self._screen.go(SIGN_IN, "signed_out"), here.request)

    async def _show(self, here: Here, word: str = "") -> Response:
        user = here.signed_in.user.id
        sessions = await run_in_threadpool(self._staffing.sessions, user)
        passkeys = await run_in_threadpool(self._keys.of, user)
        trouble = here.texts.words[f"staff_{word}"] if word else ""
        shown = {"sessions": sessions, "passkeys": passkeys, "trouble": trouble}
        return self._screen.show(here, "account.html", 422 if word else 200, **shown)
