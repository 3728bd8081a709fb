"""The one project of an emulator and the keys to it, made once for a database and kept in it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from provisioner.emulator.session import NewId
from provisioner.emulator.store import Transaction


@dataclass(frozen=True, slots=True)
class Identity:
    """A project and what opens it: a pair of keys for signing, or a token that does not expire."""

    project_id: str
    access_key: str
    secret_key: str = field(repr=False)
    token: str = field(repr=False)


def identity_in(tx: Transaction, new_id: NewId) -> Identity:
    """The identity that the database keeps; a new database gets one."""
    if tx.meta("project_id") is None:
        tx.set_meta("project_id", new_id())
        tx.set_meta("access_key", new_id()[-20:].upper())
        tx.set_meta("secret_key", new_id() + new_id()[:8])
        tx.set_meta("token", new_id() + new_id())
    return Identity(*(str(tx.meta(item.name)) for item in fields(Identity)))
