"""Passkeys: signing in by a device's own lock instead of a password (WebAuthn Level 3, W3C).

    offer, add       somebody signed in makes one            → options for the browser, then the passkey, kept
    ask, sign_in     whoever comes, without even a name      → options for the browser, then a session

`origin` is where the browser is, https://host: a passkey works there and nowhere else. A challenge is good for one
answer and a few minutes. What is kept of a passkey is its public key: it helps nobody in.
"""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from periksa.errors import SignInRefused, StaffError
from periksa.model import Audit, Entry, Passkey, Present
from periksa.staffing import Staffing, tries
from periksa.store import Store, Transaction

GOOD = timedelta(minutes=5)
"""How long a challenge waits for its answer."""
MOST = 10
"""Passkeys of one user."""
LONGEST_NAME = 60
SIZE = 32
"""Bytes of a challenge; 16 are the least (WebAuthn, 13.4.3)."""


class Passkeys:
    """Beside `staffing`, which knows users, passwords and sessions. `challenge` gives bytes that nobody guesses."""

    def __init__(
        self,
        store: Store,
        staffing: Staffing,
        clock: Callable[[], datetime],
        challenge: Callable[[], bytes] = lambda: secrets.token_bytes(SIZE),
    ) -> None:
        self._store = store
        self._staffing = staffing
        self._clock = clock
        self._challenge = challenge

    # ------------------------------------------------------------ one more

    def offer(self, present: Present, password: str, origin: str, name: str, address: str) -> str:
        """What the browser is to make, as JSON. Raises: SignInRefused (a wrong password), StaffError (too many)."""
        from webauthn import generate_registration_options, options_to_json
        from webauthn.helpers.structs import (
            AuthenticatorSelectionCriteria,
            PublicKeyCredentialDescriptor,
            ResidentKeyRequirement,
            UserVerificationRequirement,
        )

        user = present.user
        self._staffing.prove(user, password, address)
        known = self.of(user.id)
        if len(known) >= MOST:
            raise StaffError(f"{user.name} has {MOST} passkeys already: remove one first.", "passkeys")
        options = generate_registration_options(
            rp_id=_host(origin),
            rp_name=name,
            user_id=user.id.encode(),
            user_name=user.name,
            challenge=self._asked(user.id),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=_bytes(each.id)) for each in known],
        )
        return options_to_json(options)

    def add(self, present: Present, credential: str, called: str, origin: str) -> Passkey:
        """What the browser made, as JSON, is kept. Raises: StaffError (it is not what was asked for)."""
        from webauthn import verify_registration_response

        challenge = self._answered(credential, present.user.id)
        made = _verified(
            lambda: verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=_host(origin),
                expected_origin=origin,
                require_user_verification=True,
            )
        )
        at = self._clock()
        passkey = Passkey(
            id=_text(made.credential_id),
            user=present.user.id,
            name=" ".join(called.split())[:LONGEST_NAME] or at.date().isoformat(),
            key=_text(made.credential_public_key),
            count=made.sign_count,
            created_at=at,
        )

        def keep(tx: Transaction) -> Passkey:
            if not tx.passkeys.add(passkey):
                raise _refused()
            tx.audit.add(Audit(at, present.user.name, "added a passkey"))
            return passkey

        return self._store.write(keep).result()

    def of(self, user: str) -> list[Passkey]:
        """Those of a user, by id, the oldest first."""
        return self._store.read(lambda tx: tx.passkeys.of(user))

    def drop(self, present: Present, passkey: str) -> None:
        """One of theirs is good no longer."""
        at = self._clock()

        def take(tx: Transaction) -> None:
            mine = {each.id for each in tx.passkeys.of(present.user.id)}
            if passkey in mine and tx.passkeys.drop(passkey):
                tx.audit.add(Audit(at, present.user.name, "removed a passkey"))

        self._store.write(take).result()

    # ------------------------------------------------------------ coming in

    def ask(self, origin: str) -> str:
        """What whoever comes is to prove, as JSON for their browser."""
        from webauthn import generate_authentication_options, options_to_json
        from webauthn.helpers.structs import UserVerificationRequirement

        options = generate_authentication_options(
            rp_id=_host(origin), challenge=self._asked(""), user_verification=UserVerificationRequirement.REQUIRED
        )
        return options_to_json(options)

    def sign_in(self, credential: str, origin: str, address: str, agent: str = "") -> Entry:
        """Begin a session for whoever proved it. Raises: SignInRefused, which never says why."""
        from webauthn import verify_authentication_response

        at = self._clock()
        self._store.write(lambda tx: tries.count(tx, tries.of_address(address), at)).result()
        challenge, id = self._answered(credential, ""), _id(credential)
        known = self._store.read(lambda tx: tx.passkeys.get(id))
        if known is None:
            raise _refused()
        proved = _verified(
            lambda: verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=_host(origin),
                expected_origin=origin,
                credential_public_key=_bytes(known.key),
                credential_current_sign_count=known.count,
                require_user_verification=True,
            )
        )

        def begin(tx: Transaction) -> Entry:
            user = tx.staff.hold(known.user)
            if user is None or user.disabled_at or not tx.passkeys.used(known.id, proved.new_sign_count, at):
                raise _refused()
            tx.audit.add(Audit(at, user.name, "signed in", detail="by a passkey"))
            return self._staffing.begin(tx, user, agent, at)

        return self._store.write(begin).result()

    # ------------------------------------------------------------ challenges

    def _asked(self, user: str) -> bytes:
        """A new challenge, for this user to make a passkey, or for whoever comes."""
        challenge, at = self._challenge(), self._clock()
        self._store.write(lambda tx: tx.passkeys.challenge(_mark(challenge), user, at + GOOD, at)).result()
        return challenge

    def _answered(self, credential: str, user: str) -> bytes:
        """The challenge that this answers, put to this user and not answered before. Raises: SignInRefused."""
        challenge, at = _challenge(credential), self._clock()
        if self._store.write(lambda tx: tx.passkeys.answer(_mark(challenge), at)).result() != user:
            raise _refused()
        return challenge


def _verified(check: Callable[[], Any]) -> Any:
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        return check()
    except (WebAuthnException, ValueError, TypeError, LookupError):
        raise _refused() from None


def _challenge(credential: str) -> bytes:
    """The challenge that a credential says it answers. Raises: SignInRefused."""
    try:
        client = json.loads(_bytes(json.loads(credential)["response"]["clientDataJSON"]))
        return _bytes(client["challenge"])
    except (ValueError, TypeError, LookupError, RecursionError):
        raise _refused() from None


def _id(credential: str) -> str:
    """What the passkey is called: base64url, as it is kept. Raises: SignInRefused."""
    try:
        return _text(_bytes(json.loads(credential)["rawId"]))
    except (ValueError, TypeError, LookupError, RecursionError):
        raise _refused() from None


def _refused() -> SignInRefused:
    return SignInRefused("This passkey was not accepted.", "passkey")


def _host(origin: str) -> str:
    """What a passkey is bound to."""
    return urlsplit(origin).hostname or ""


def _mark(challenge: bytes) -> str:
    return sha256(challenge).hexdigest()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
