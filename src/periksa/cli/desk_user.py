"""`periksa desk-user`: somebody who works at the desk, the first one above all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from periksa.cli.installation import ConfigFile, opened
from periksa.cli.screen import screen

if TYPE_CHECKING:
    from periksa.app import Periksa
    from periksa.model import Link, Role

BY = "operator"


def run(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What they sign in with: a to z, digits, dot, dash.")],
    role: Annotated[
        str, typer.Option("--role", help="viewer, editor, publisher or admin. A user who exists keeps theirs.")
    ] = "",
    ask: Annotated[bool, typer.Option("--ask", help="Ask for the password here instead of printing a link.")] = False,
    config: ConfigFile = None,
) -> None:
    """Make an account for the desk, or let one choose another password: prints a link, good once and for three days.

    Without --role a new account is an editor. The first one should be an admin.
    """
    from periksa.errors import StaffError
    from periksa.model import Role

    if role and role not in set(Role):
        raise StaffError(f"There is no role {role!r}; there are: {', '.join(Role)}.", "role")
    with opened(config, begins=True) as periksa:
        made = _link(periksa, name, Role(role) if role else None)
        if ask:
            password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
            entry = periksa.staffing.accept(made.token, password)
            periksa.staffing.sign_out(entry.present)
            screen().print(f"{entry.present.user.name} can sign in as {entry.present.user.role}: {_address(periksa)}")
            return
        screen().print(f"{made.invitation.name} chooses a password here, once, within three days:")
        screen().print(f"{_address(periksa)}/invitations/{made.token}", soft_wrap=True)


def _link(periksa: Periksa, name: str, role: Role | None) -> Link:
    from periksa.model import Role

    known = periksa.staffing.named(name)
    if known is None:
        return periksa.staffing.invite(name, role or Role.EDITOR, BY)
    if role:
        periksa.staffing.change_role(known.id, role, BY)
    return periksa.staffing.renew(known.id, BY)


def _address(periksa: Periksa) -> str:
    from periksa.web.desk.ways import HOME

    web = periksa.config.web
    host = f"[{web.host}]" if ":" in web.host else web.host
    return f"{web.address or f'http://{host}:{web.port}'}{HOME}"
