"""People: what we know of them, what they agreed to, and everything that names them sealed.

Types are spelt out: a step already taken must not change with the code. What is sealed follows `store/sealing.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0002"
down_revision = "0001"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.Text().with_variant(TIMESTAMP(timezone=True), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BATCH = 500


def upgrade() -> None:
    """Tables and columns that are new, then what is there already: sealed, or told apart by keys."""
    _create_key()
    _create_about_people()
    _create_about_cases()
    _change_contacts()
    _seal_addresses()
    _seal_deliveries()
    _seal_messages()
    _seal_outbox()
    _give_keys_to_cases()


# ---------------------------------------------------------------- new tables


def _create_key() -> None:
    op.create_table(
        "sealed_with",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        *_texts("key"),
        sa.PrimaryKeyConstraint("number", name="sealed_with_pkey"),
    )
    key = sa.table("sealed_with", sa.column("number"), sa.column("key"))
    op.execute(key.insert().values(number=1, key=_sealing().name))


def _create_about_people() -> None:
    op.create_table(
        "delivery_contacts", *_texts("delivery", "contact"), _key("delivery_contacts", "delivery", "contact")
    )
    op.create_index("delivery_contacts_contact_idx", "delivery_contacts", ["contact"])
    op.create_table(
        "blocked_addresses",
        *_bytes("mark"),
        *_texts("channel", "kind"),
        *_bytes("value"),
        sa.Column("at", TIME, nullable=False),
        _key("blocked_addresses", "mark"),
    )
    op.create_table(
        "windows", *_texts("contact", "channel"), *_times("wrote_at", "gone_at"), _key("windows", "contact", "channel")
    )
    op.create_table(
        "subscriptions",
        *_texts("contact", "channel", "topic"),
        sa.Column("cadence", sa.Text(), nullable=False),
        sa.Column("since", TIME, nullable=False),
        _key("subscriptions", "contact", "channel", "topic"),
    )
    op.create_table(
        "consents",
        _number("number"),
        *_texts("contact"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        *_texts("source", "topic"),
        sa.Column("cadence", sa.Text()),
        _key("consents", "number"),
        sqlite_autoincrement=True,
    )
    op.create_index("consents_contact_idx", "consents", ["contact"])
    _create_about_replies()


def _create_about_replies() -> None:
    op.create_table(
        "feedback",
        *_texts("reply", "contact"),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        *_texts("source"),
        sa.Column("at", TIME, nullable=False),
        _key("feedback", "reply"),
    )
    op.create_index("feedback_at_idx", "feedback", ["at"])
    op.create_index("feedback_contact_idx", "feedback", ["contact"])
    op.create_table(
        "audit",
        _number("number"),
        sa.Column("at", TIME, nullable=False),
        *_texts("who", "what", "about", "detail"),
        _key("audit", "number"),
        sqlite_autoincrement=True,
    )


def _create_about_cases() -> None:
    op.create_table(
        "case_aliases",
        *_texts("id", "case_id"),
        _key("case_aliases", "id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="case_aliases_case_id_fkey"),
    )
    op.create_index("case_aliases_case_id_idx", "case_aliases", ["case_id"])
    op.create_table(
        "case_keys",
        *_texts("key", "case_id"),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        _key("case_keys", "key", "case_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="case_keys_case_id_fkey"),
    )
    op.create_index("case_keys_case_id_idx", "case_keys", ["case_id"])
    op.create_index("case_keys_open_once", "case_keys", ["key"], unique=True, **_only("is_open"))


# ---------------------------------------------------------------- new columns


def _change_contacts() -> None:
    op.add_column("contacts", _defaulted("language", ""))
    for column in _times("asked_language_at", "welcomed_at", "blocked_at", "opted_out_at"):
        op.add_column("contacts", column)


def _change_outbox() -> None:
    op.add_column("outbox", sa.Column("purpose", sa.Text(), nullable=False, server_default="answer"))
    op.add_column("outbox", _defaulted("campaign", ""))
    op.add_column("outbox", sa.Column("held_at", TIME))
    op.add_column("outbox", sa.Column("code", sa.Integer()))
    op.add_column("outbox", _defaulted("article", ""))


def _give_keys_to_cases() -> None:
    """The one fingerprint becomes the first key; who asked first gave the words."""
    op.add_column("cases", sa.Column("asked_at", TIME))
    op.add_column("cases", sa.Column("articles", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("cases", sa.Column("settled_at", TIME))
    op.add_column("cases", _defaulted("settled_by", ""))
    op.add_column("cases", _defaulted("words_of", ""))
    op.add_column("case_messages", sa.Column("told_at", TIME))
    op.execute("INSERT INTO case_keys (key, case_id, is_open) SELECT fingerprint, id, state = 'open' FROM cases")
    op.execute("UPDATE cases SET asked_at = opened_at")
    op.execute(
        "UPDATE cases SET words_of = coalesce((SELECT message FROM case_messages "
        "JOIN messages ON messages.id = message WHERE case_id = cases.id ORDER BY number LIMIT 1), '')"
    )
    op.drop_index("cases_open_once", "cases")
    op.drop_column("cases", "fingerprint")


# ---------------------------------------------------------------- sealing what is there


def _seal_addresses() -> None:
    sealing = _sealing()
    rows = _rows("addresses", "number", "channel", "kind", "value")
    sealed = (
        {
            "this": row.number,
            "mark": sealing.mark("address", row.channel, row.kind, row.value),
            "sealed_value": sealing.seal(row.value),
        }
        for row in rows
    )
    _add_sealed("addresses", ["mark", "sealed_value"])
    _fill("addresses", "number", sealed)
    with _table("addresses") as table:
        table.drop_constraint("addresses_channel_value_kind_key", type_="unique")
        table.drop_column("value")
        table.alter_column("sealed_value", new_column_name="value", existing_type=sa.LargeBinary(), nullable=False)
        table.alter_column("mark", existing_type=sa.LargeBinary(), nullable=False)
        table.create_unique_constraint("addresses_mark_key", ["mark"])


def _seal_messages() -> None:
    sealing = _sealing()
    rows = _rows("messages", "number", "channel", "platform_id", "refers_to")
    sealed = ({**_said(row, row.number), "mark": sealing.mark("message", row.channel, row.platform_id)} for row in rows)
    _add_sealed("messages", ["mark", "sealed_platform_id", "sealed_refers_to"])
    for column in _times("edited_at", "forgotten_at"):
        op.add_column("messages", column)
    _fill("messages", "number", sealed)
    with _table("messages") as table:
        table.drop_constraint("messages_channel_platform_id_key", type_="unique")
        _replace_said(table)
        table.alter_column("mark", existing_type=sa.LargeBinary(), nullable=False)
        table.create_unique_constraint("messages_mark_key", ["mark"])


def _seal_outbox() -> None:
    sealing = _sealing()
    rows = _rows("outbox", "sequence", "channel", "platform_id", "refers_to")
    sealed = (
        {
            **_said(row, row.sequence),
            "mark": sealing.mark("reply", row.channel, row.platform_id) if row.platform_id else None,
        }
        for row in rows
    )
    _add_sealed("outbox", ["mark", "sealed_platform_id", "sealed_refers_to"])
    _fill("outbox", "sequence", sealed)
    op.drop_index("outbox_channel_platform_id_idx", "outbox")
    with _table("outbox") as table:
        _replace_said(table)
    _change_outbox()
    op.create_index("outbox_mark_idx", "outbox", ["mark"])
    op.create_index("outbox_of_campaign", "outbox", ["campaign"], **_only("campaign <> ''"))
    op.create_index("outbox_held", "outbox", ["contact"], **_only("held_at IS NOT NULL"))
    op.create_index("outbox_of_article", "outbox", ["article", "sequence"], **_only("article <> ''"))


def _seal_deliveries() -> None:
    """Nobody knows whose an old delivery is, so that it would outlive its person's wish: they are emptied."""
    op.execute(sa.table("deliveries", sa.column("raw", sa.LargeBinary())).update().values(raw=b""))
    op.drop_column("deliveries", "headers")
    op.create_index("deliveries_received_at_idx", "deliveries", ["received_at"])


def _said(row: Any, this: int) -> dict[str, Any]:
    seal = _sealing().seal
    return {"this": this, "sealed_platform_id": seal(row.platform_id), "sealed_refers_to": seal(row.refers_to)}


def _replace_said(table: Any) -> None:
    for name in ("platform_id", "refers_to"):
        table.drop_column(name)
        table.alter_column(f"sealed_{name}", new_column_name=name, existing_type=sa.LargeBinary(), nullable=False)


def _add_sealed(table: str, names: Sequence[str]) -> None:
    for name in names:
        op.add_column(table, sa.Column(name, sa.LargeBinary()))


def _rows(table: str, key: str, *names: str) -> Iterator[Any]:
    """Every row, read in batches by its number."""
    columns = sa.table(table, sa.column(key, sa.Integer()), *map(sa.column, names))
    last = 0
    asked = sa.select(columns).order_by(columns.c[key]).limit(BATCH)
    while rows := op.get_bind().execute(asked.where(columns.c[key] > last)).all():
        yield from rows
        last = rows[-1][0]


def _fill(table: str, key: str, rows: Iterator[dict[str, Any]]) -> None:
    names: Sequence[str] = ()
    batch: list[dict[str, Any]] = []
    for row in rows:
        names = [name for name in row if name != "this"]
        batch.append(row)
        if len(batch) == BATCH:
            _change(table, key, names, batch)
            batch = []
    if batch:
        _change(table, key, names, batch)


def _change(table: str, key: str, names: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    columns = sa.table(table, sa.column(key), *(sa.column(name, sa.LargeBinary()) for name in names))
    changed = columns.update().where(columns.c[key] == sa.bindparam("this"))
    op.get_bind().execute(changed.values({name: sa.bindparam(name) for name in names}), rows)


def _table(name: str) -> Any:
    """SQLite has to write a table anew to change it; numbers are given on where they stopped."""
    return op.batch_alter_table(name, table_kwargs={"sqlite_autoincrement": True})


def _sealing() -> Any:
    return context.config.attributes["sealing"]


def _key(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names, name=f"{table}_pkey")


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, NUMBER, autoincrement=True, nullable=False)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def _bytes(*names: str) -> list[sa.Column[bytes]]:
    return [sa.Column(name, sa.LargeBinary(), nullable=False) for name in names]


def _times(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, TIME) for name in names]


def _defaulted(name: str, value: str) -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=False, server_default=value)


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
