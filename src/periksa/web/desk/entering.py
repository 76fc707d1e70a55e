"""Coming in and going out: sign in, accept an invitation, sign out; and how the desk looks, for whoever comes."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from periksa.errors import SignInRefused, StaffError
from periksa.web.desk import Staffing
from periksa.web.desk.guard import Handler, enter, leave
from periksa.web.desk.screen import LANGUAGE, THEME, THEMES, YEAR, Here, Screen
from periksa.web.desk.ways import HOME, INBOX, INVITATION, LOOKS, SIGN_IN, Way, inside


class Entering:
    """The open doors, and the way out."""

    def __init__(self, staffing: Staffing, screen: Screen, address: str) -> None:
        self._staffing = staffing
        self._screen = screen
        self._address = address

    def ways(self) -> Mapping[Way, Handler]:
        """What each way does."""
        return {
            Way("GET", SIGN_IN): self.form,
            Way("POST", SIGN_IN): self.sign_in,
            Way("GET", INVITATION): self.invitation,
            Way("POST", INVITATION): self.accept,
            Way("POST", LOOKS): self.looks,
            Way("GET", HOME): self.home,
            Way("POST", f"{HOME}/sign-out"): self.sign_out,
        }

    async def home(self, here: Here) -> Response:
        """The desk begins with the inbox."""
        return self._screen.go(INBOX)

    async def form(self, here: Here) -> Response:
        """Who are you?"""
        if here.present:
            return self._screen.go(INBOX)
        next = here.request.query_params.get("next", "")
        return self._screen.show(here, "sign_in.html", next=next, tried="")

    async def sign_in(self, here: Here) -> Response:
        """Name and password."""
        name, password, next = (here.form.get(key, "") for key in ("name", "password", "next"))
        try:
            entry = await run_in_threadpool(self._staffing.sign_in, name, password, here.address, here.agent)
        except SignInRefused as refused:
            return refuse(self._screen, here, next, refused, name[:40])
        if here.present:
            await run_in_threadpool(self._staffing.sign_out, here.present)
        return enter(self._screen.go(next if inside(next) else INBOX), here.request, entry)

    async def sign_out(self, here: Here) -> Response:
        """Good bye."""
        await run_in_threadpool(self._staffing.sign_out, here.signed_in)
        return leave(self._screen.go(SIGN_IN, "signed_out"), here.request)

    async def invitation(self, here: Here) -> Response:
        """Choose a password."""
        return await self._invited(here)

    async def accept(self, here: Here) -> Response:
        """Here it is, twice."""
        password, again = here.form.get("password", ""), here.form.get("again", "")
        if password != again:
            return await self._invited(here, "unlike")
        token = here.request.path_params["token"]
        try:
            entry = await run_in_threadpool(self._staffing.accept, token, password, here.agent)
        except StaffError as error:
            return await self._invited(here, error.word)
        if here.present:
            await run_in_threadpool(self._staffing.sign_out, here.present)
        return enter(self._screen.go(INBOX, "welcome"), here.request, entry)

    async def looks(self, here: Here) -> Response:
        """Language and theme, kept by the browser."""
        back = here.form.get("back", "")
        response = self._screen.go(back if inside(back) else INBOX)
        for cookie, known in ((THEME, THEMES), (LANGUAGE, self._screen.codes)):
            if (wanted := here.form.get(cookie, "")) in known:
                response.set_cookie(cookie, wanted, max_age=YEAR, path=HOME, httponly=True, samesite="lax")
        return response

    async def _invited(self, here: Here, word: str = "") -> Response:
        invitation = await run_in_threadpool(self._staffing.invitation, here.request.path_params["token"])
        if invitation is None:
            return self._screen.problem(here, "lapsed", 404)
        trouble = here.texts.words[f"staff_{word}"] if word else ""
        return self._screen.show(here, "invitation.html", 422 if word else 200, invitation=invitation, trouble=trouble)


def refuse(screen: Screen, here: Here, next: str, refused: SignInRefused, tried: str = "") -> Response:
    """The form again, and why; `tried` is the name that was typed."""
    status = 429 if refused.word == "calm" else 403
    trouble = here.texts.words[f"staff_{refused.word}"]
    response = screen.show(here, "sign_in.html", status, next=next, tried=tried, trouble=trouble)
    if status == 429:
        response.headers["retry-after"] = "900"
    return response
