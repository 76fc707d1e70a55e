"""The team: who works at the desk and what each may do. For admins."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from periksa.errors import StaffError
from periksa.model import Link, Role
from periksa.web import addresses
from periksa.web.desk import Staffing
from periksa.web.desk.guard import Handler, leave
from periksa.web.desk.screen import Here, Screen
from periksa.web.desk.ways import INVITATION, SIGN_IN, TEAM, Way


class Team:
    """What admins do. A link is shown once, in the answer to the form that asked for it."""

    def __init__(self, staffing: Staffing, screen: Screen, address: str) -> None:
        self._staffing = staffing
        self._screen = screen
        self._address = address

    def ways(self) -> Mapping[Way, Handler]:
        """What each way does."""
        return {
            Way("GET", TEAM): self.show,
            Way("POST", f"{TEAM}/invitations"): self.invite,
            Way("POST", f"{TEAM}/withdrawn"): self.withdraw,
            Way("POST", f"{TEAM}/role"): self.role,
            Way("POST", f"{TEAM}/disabled"): self.disable,
            Way("POST", f"{TEAM}/enabled"): self.enable,
            Way("POST", f"{TEAM}/link"): self.link,
            Way("POST", f"{TEAM}/sessions"): self.sessions,
        }

    async def show(self, here: Here) -> Response:
        """Everybody."""
        return await self._show(here)

    async def invite(self, here: Here) -> Response:
        """Somebody new."""
        name, role = here.form.get("name", ""), here.form.get("role", "")
        if role not in set(Role):
            return await self._show(here, "role")
        try:
            made = await run_in_threadpool(self._staffing.invite, name, Role(role), here.by)
        except StaffError as error:
            return await self._show(here, error.word, tried=name[:40])
        return await self._show(here, link=made)

    async def link(self, here: Here) -> Response:
        """Somebody who needs another password."""
        return await self._show(here, link=await run_in_threadpool(self._staffing.renew, _user(here), here.by))

    async def withdraw(self, here: Here) -> Response:
        """An invitation is good no longer."""
        await run_in_threadpool(self._staffing.withdraw, here.form.get("invitation", ""), here.by)
        return self._screen.go(TEAM, "withdrawn")

    async def role(self, here: Here) -> Response:
        """Somebody may do more, or less."""
        role = here.form.get("role", "")
        if role not in set(Role):
            return await self._show(here, "role")
        await run_in_threadpool(self._staffing.change_role, _user(here), Role(role), here.by)
        return self._screen.go(TEAM, "role")

    async def disable(self, here: Here) -> Response:
        """Somebody works here no more, or not now."""
        await run_in_threadpool(self._staffing.disable, _user(here), here.by)
        return self._screen.go(TEAM, "disabled")

    async def enable(self, here: Here) -> Response:
        """Somebody is back."""
        await run_in_threadpool(self._staffing.enable, _user(here), here.by)
        return self._screen.go(TEAM, "enabled")

    async def sessions(self, here: Here) -> Response:
        """All of somebody's sessions end."""
        ended = await run_in_threadpool(self._staffing.end_sessions, _user(here), here.by)
        if _user(here) == here.signed_in.user.id:
            return leave(self._screen.go(SIGN_IN, "signed_out"), here.request)
        return self._screen.go(TEAM, "ended", ended)

    async def _show(self, here: Here, word: str = "", link: Link | None = None, tried: str = "") -> Response:
        team = await run_in_threadpool(self._staffing.team)
        root = addresses.root(here.request, self._address)
        return self._screen.show(
            here,
            "team.html",
            422 if word else 200,
            team=team,
            link=link and root + INVITATION.format(token=link.token),
            invited=link and link.invitation,
            tried=tried,
            trouble=here.texts.words[f"staff_{word}"] if word else "",
        )


def _user(here: Here) -> str:
    return here.form.get("user", "")
