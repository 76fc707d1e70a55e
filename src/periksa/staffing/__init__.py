"""Corridor: who works at the desk, who they are to us, and what each of them may do.

sign_in, accept   name and password, or an invitation and a new password   → a session
who               a session's token                                       → the user behind it, while it lasts
invite, renew     a link for somebody new, or for another password         → a token, shown once
change …          password, role, disabled or not, sessions               → the audit log

Of tokens only hashes are kept. All of it blocks; a password takes a tenth of a second.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from periksa.errors import SignInRefused, StaffError
from periksa.model import (
    Audit,
    Entry,
    Invitation,
    Link,
    Present,
    Role,
    Session,
    Team,
    User,
)
from periksa.model.staff import IDLE, INVITED, LONGEST
from periksa.staffing import tries
from periksa.staffing.passwords import Passwords, refuse_weak
from periksa.store import Store, Transaction

SEEN = timedelta(minutes=5)
"""How exactly we know when a session was last used."""
MOST_OF_AN_AGENT = 200
RESERVED = frozenset({"operator", "periksa", "person", "library", "import"})
"""The log knows somebody else by these names."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")


class Staffing:
    """`token` gives a text that nobody guesses; `by` is the name of whoever does it, for the log."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        token: Callable[[], str],
        passwords: Passwords | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._token = token
        self._passwords = passwords or Passwords()

    # ------------------------------------------------------------ coming and going

    def sign_in(self, name: str, password: str, address: str, agent: str = "") -> Entry:
        """Begin a session. `address` is where they are; it is counted, and kept nowhere.

        Raises: SignInRefused, which never says whether there is such a user.
        """
        name = name.strip().lower()
        at = self._clock()
        self._store.write(lambda tx: tries.count(tx, tries.limits(name, address), at)).result()
        user = self._store.read(lambda tx: tx.staff.named(name))
        fits = self._passwords.fits(user.password if user else None, password)
        if not fits or user is None or user.disabled_at:
            raise SignInRefused("The name or the password is wrong.", "wrong")
        anew = self._passwords.seal(password) if self._passwords.outdated(user.password) else user.password

        def begin(tx: Transaction) -> Entry:
            known = tx.staff.hold(user.id)
            if known is None or known.disabled_at or known.password != user.password:
                raise SignInRefused("The name or the password is wrong.", "wrong")
            if anew != known.password:
                known = replace(known, password=anew)
                tx.staff.change(known)
            tx.staff.forgive(tries.own(name, address))
            tx.audit.add(Audit(at, known.name, "signed in"))
            return self.begin(tx, known, agent, at)

        return self._store.write(begin).result()

    def who(self, token: str, used: bool = True) -> Present | None:
        """Who is behind this token now; None if nobody is, or no longer. `used`: they did something just now."""
        at = self._clock()
        present = self._store.read(lambda tx: _present(tx, _mark(token), at))
        if present and used and at - present.session.seen_at > SEEN:
            self._store.write(lambda tx: tx.staff.seen(present.session.id, at)).result()
        return present

    def sign_out(self, present: Present) -> None:
        """The session is over."""
        at = self._clock()

        def end(tx: Transaction) -> None:
            if tx.staff.end([present.session.id]):
                tx.audit.add(Audit(at, present.user.name, "signed out"))

        self._store.write(end).result()

    # ------------------------------------------------------------ invitations

    def invite(self, name: str, role: Role, by: str) -> Link:
        """Somebody new may choose a password. Raises: StaffError (a name that cannot be had)."""
        name = name.strip().lower()
        if not _NAME.fullmatch(name) or name in RESERVED:
            raise StaffError(
                f"{name[:40]!r} is no name for the desk: 2 to 32 of a to z, digits, dot, dash, underscore.", "name"
            )
        return self._store.write(lambda tx: self._invite(tx, name, role, by)).result()

    def renew(self, user: str, by: str) -> Link:
        """A link with which a user, by id, may choose another password. Raises: StaffError."""

        def make(tx: Transaction) -> Link:
            known = _known(tx, user)
            if known.disabled_at:
                raise StaffError(f"{known.name} is disabled: enable them first.", "disabled")
            return self._make(tx, known.name, known.role, by, known.id)

        return self._store.write(make).result()

    def invitation(self, token: str) -> Invitation | None:
        """The invitation behind this token, if it is still good."""
        at = self._clock()
        return self._store.read(lambda tx: _good(tx, token, at))

    def withdraw(self, invitation: str, by: str) -> None:
        """It is good no longer."""
        at = self._clock()

        def take_back(tx: Transaction) -> None:
            known = next((each for each in tx.staff.invitations() if each.id == invitation), None)
            if known:
                self._withdraw(tx, known, by, at)

        self._store.write(take_back).result()

    def accept(self, token: str, password: str, agent: str = "") -> Entry:
        """Choose a password by an invitation, once, and be signed in; a user's other sessions end.

        Raises: StaffError (the invitation is good no longer, the password is weak).
        """
        invited = self.invitation(token)
        if invited is None:
            raise _lapsed()
        refuse_weak(password, invited.name)
        sealed, at = self._passwords.seal(password), self._clock()

        def join(tx: Transaction) -> Entry:
            invitation = _good(tx, token, at)
            if invitation is None or not tx.staff.withdraw(invitation.id):
                raise _lapsed()
            user = self._joined(tx, invitation, sealed, at)
            return self.begin(tx, user, agent, at)

        return self._store.write(join).result()

    def prove(self, user: User, password: str, address: str) -> None:
        """This is the user's password. Raises: SignInRefused."""
        at = self._clock()
        self._store.write(lambda tx: tries.count(tx, tries.limits(user.name, address), at)).result()
        if not self._passwords.fits(user.password, password):
            raise SignInRefused("The old password is wrong.", "old")

    # ------------------------------------------------------------ what changes

    def change_password(self, present: Present, old: str, new: str, address: str) -> None:
        """Another password; all other sessions of theirs end. Raises: SignInRefused (the old one), StaffError."""
        user, at = present.user, self._clock()
        refuse_weak(new, user.name)
        self.prove(user, old, address)
        sealed = self._passwords.seal(new)

        def change(tx: Transaction) -> None:
            tx.staff.change(replace(_known(tx, user.id), password=sealed, changed_at=at))
            tx.staff.end([each.id for each in tx.staff.sessions(user.id) if each.id != present.session.id])
            tx.staff.forgive(tries.own(user.name, address))
            tx.audit.add(Audit(at, user.name, "changed their password"))

        self._store.write(change).result()

    def change_role(self, user: str, role: Role, by: str) -> User:
        """The user, by id, may do this from now on. Raises: StaffError (no such user, the last admin)."""
        return self._change(user, by, "changed a role", lambda known, _: replace(known, role=role), role)

    def disable(self, user: str, by: str) -> User:
        """They cannot sign in, and all their sessions end. Raises: StaffError (no such user, the last admin)."""
        return self._change(user, by, "disabled", lambda known, at: replace(known, disabled_at=known.disabled_at or at))

    def enable(self, user: str, by: str) -> User:
        """They can sign in again. Raises: StaffError (no such user)."""
        return self._change(user, by, "enabled", lambda known, _: replace(known, disabled_at=None))

    def end_sessions(self, user: str, by: str, only: str = "") -> int:
        """All sessions of a user end, or `only` this one. How many there were."""
        at = self._clock()

        def end(tx: Transaction) -> int:
            theirs = [each.id for each in tx.staff.sessions(user) if not only or each.id == only]
            ended = tx.staff.end(theirs)
            if ended:
                tx.audit.add(Audit(at, by, "ended sessions", _known(tx, user).name, str(ended)))
            return ended

        return self._store.write(end).result()

    # ------------------------------------------------------------ who there is

    def team(self) -> Team:
        """Everybody."""
        at = self._clock()

        def look(tx: Transaction) -> Team:
            sessions = [each for each in tx.staff.sessions() if _lasts(each, at)]
            return Team(tx.staff.all(), sessions, [each for each in tx.staff.invitations() if each.until > at])

        return self._store.read(look)

    def sessions(self, user: str) -> list[Session]:
        """Those of a user, by id, that last."""
        at = self._clock()
        return [each for each in self._store.read(lambda tx: tx.staff.sessions(user)) if _lasts(each, at)]

    def named(self, name: str) -> User | None:
        """The user of this name."""
        return self._store.read(lambda tx: tx.staff.named(name.strip().lower()))

    # ------------------------------------------------------------ within a transaction

    def begin(self, tx: Transaction, user: User, agent: str, at: datetime) -> Entry:
        """A session of somebody who has proved who they are; those of others that are over go."""
        tx.staff.sweep(at - LONGEST, at - IDLE, at - tries.SPAN)
        token = self._token()
        session = Session(self._new_id(), user.id, _mark(token), at, at, agent[:MOST_OF_AN_AGENT])
        tx.staff.begin(session)
        return Entry(Present(user, session), token)

    def _withdraw(self, tx: Transaction, invitation: Invitation, by: str, at: datetime) -> None:
        if tx.staff.withdraw(invitation.id):
            tx.audit.add(Audit(at, by, "withdrew an invitation", invitation.name))

    def _invite(self, tx: Transaction, name: str, role: Role, by: str) -> Link:
        if tx.staff.named(name):
            raise StaffError(f"There is a user {name} already.", "taken")
        return self._make(tx, name, role, by)

    def _make(self, tx: Transaction, name: str, role: Role, by: str, user: str = "") -> Link:
        token, at = self._token(), self._clock()
        invitation = Invitation(self._new_id(), name, role, _mark(token), by, at, at + INVITED, user)
        tx.staff.invite(invitation)
        tx.audit.add(Audit(at, by, "made a link for a new password" if user else "invited", name, role))
        return Link(invitation, token)

    def _joined(self, tx: Transaction, invitation: Invitation, sealed: str, at: datetime) -> User:
        """The user that the invitation makes, or gives another password."""
        known = tx.staff.hold(invitation.user) if invitation.user else None
        if known and not known.disabled_at:
            user = replace(known, password=sealed, changed_at=at)
            tx.staff.change(user)
            tx.staff.end([each.id for each in tx.staff.sessions(user.id)])
            tx.passkeys.drop_of(user.id)
            tx.audit.add(Audit(at, user.name, "changed their password", detail="by a link"))
            return user
        user = User(self._new_id(), invitation.name, invitation.role, sealed, at, at)
        if invitation.user or not tx.staff.add(user):
            raise _lapsed()
        tx.audit.add(Audit(at, user.name, "accepted an invitation", detail=user.role))
        return user

    def _change(
        self, user: str, by: str, what: str, change: Callable[[User, datetime], User], detail: str = ""
    ) -> User:
        at = self._clock()

        def apply(tx: Transaction) -> User:
            known = _known(tx, user)
            changed = change(known, at)
            if changed == known:
                return known
            if _leads(known) and not _leads(changed) and not _others_lead(tx, known):
                raise StaffError(f"{known.name} is the last admin: make somebody else one first.", "last")
            tx.staff.change(changed)
            if changed.disabled_at:
                tx.staff.end([each.id for each in tx.staff.sessions(known.id)])
            for each in _void(tx, changed):
                self._withdraw(tx, each, by, at)
            tx.audit.add(Audit(at, by, what, known.name, detail))
            return changed

        return self._store.write(apply).result()


def _void(tx: Transaction, user: User) -> list[Invitation]:
    """Links that are good no longer now that the user is like this: made by somebody who may not, or theirs while they
    are out."""
    known = tx.staff.invitations()
    return [
        each
        for each in known
        if (each.by == user.name and not _leads(user)) or (each.user == user.id and user.disabled_at)
    ]


def _leads(user: User) -> bool:
    return user.role is Role.ADMIN and not user.disabled_at


def _others_lead(tx: Transaction, user: User) -> bool:
    """Whether somebody else is an admin, and stays one until this transaction is over."""
    leading = [each.id for each in tx.staff.all() if each.id != user.id and _leads(each)]
    return any(_leads(each) for each in map(tx.staff.hold, leading) if each)


def _present(tx: Transaction, mark: str, at: datetime) -> Present | None:
    session = tx.staff.session(mark)
    user = tx.staff.get(session.user) if session and _lasts(session, at) else None
    return Present(user, session) if session and user and not user.disabled_at else None


def _lasts(session: Session, at: datetime) -> bool:
    return at - session.seen_at < IDLE and at - session.started_at < LONGEST


def _good(tx: Transaction, token: str, at: datetime) -> Invitation | None:
    invitation = tx.staff.invitation(_mark(token))
    return invitation if invitation and invitation.until > at else None


def _known(tx: Transaction, user: str) -> User:
    """Held: nobody changes them beside us until this transaction is over. Raises: StaffError."""
    known = tx.staff.hold(user)
    if known is None:
        raise StaffError("There is no such user.", "gone")
    return known


def _lapsed() -> StaffError:
    return StaffError("This invitation was used, withdrawn or has lapsed: ask for another one.", "lapsed")


def _mark(token: str) -> str:
    """What is kept of a token: it is long and random, so a plain hash will do."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
