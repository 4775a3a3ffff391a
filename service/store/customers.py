"""Customers and the codes by which the forwarder's systems name them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from service.records.enums import Mode
from service.records.ids import new_id
from service.records.tables import Customer, CustomerCode
from service.store.sql import chunks, insert_once
from service.store.tables import table
from service.store.touch import touch_shipments

customer = table(Customer)
customer_code = table(CustomerCode)


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer with its codes. `mode` None follows the account."""

    id: str
    name: str
    mode: Mode | None
    codes: tuple[str, ...]
    created_at: datetime
    rules: Mapping[str, float]


def clean_code(code: str) -> str:
    """A code as it is compared: upper case, no blanks around it, one where there were several."""
    return " ".join(code.split()).upper()


def customer_for_code(conn: Connection, account_id: str, code: str, now: datetime) -> str:
    """The id of the customer that *code* names; a code seen for the first time makes one."""
    return upsert_customers(conn, account_id, {code: ""}, now)[code]


def upsert_customer(conn: Connection, account_id: str, code: str, name: str, now: datetime) -> str:
    """The id of the customer with *code*, made or renamed; an empty name changes nothing."""
    return upsert_customers(conn, account_id, {code: name}, now)[code]


def upsert_customers(conn: Connection, account_id: str, names: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Code → customer id for each code of *names*; new codes make customers, names that differ rename them."""
    given: dict[str, str] = {}
    for code, name in names.items():
        given[clean_code(code)] = name or given.get(clean_code(code), "")
    known = by_codes(conn, account_id, given)
    fresh = {code: new_id("cus") for code in given if code not in known}
    if fresh:
        conn.execute(
            insert(customer),
            [{"account_id": account_id, "id": i, "name": given[c], "created_at": now} for c, i in fresh.items()],
        )
        taken = insert_once(
            conn,
            CustomerCode,
            [{"account_id": account_id, "code": c, "customer_id": fresh[c]} for c in sorted(fresh)],
            returning=("code",),
        )
        lost = fresh.keys() - {row.code for row in taken}
        _discard(conn, account_id, [fresh[code] for code in lost])
        known |= {code: fresh[code] for code in fresh.keys() - lost} | by_codes(conn, account_id, lost)
    _rename(conn, account_id, {known[code]: name for code, name in given.items() if name and code not in fresh})
    return {code: known[clean_code(code)] for code in names}


def by_codes(conn: Connection, account_id: str, codes: Iterable[str]) -> dict[str, str]:
    """Code → customer id of those codes that are known; *codes* as `clean_code` gives them."""
    found: dict[str, str] = {}
    for chunk in chunks(sorted(codes)):
        rows = conn.execute(
            select(customer_code.c.code, customer_code.c.customer_id).where(
                customer_code.c.account_id == account_id, customer_code.c.code.in_(chunk)
            )
        )
        found |= {row.code: row.customer_id for row in rows}
    return found


def add_code(conn: Connection, account_id: str, customer_id: str, code: str) -> bool:
    """Let one more code name the customer; False where it names one already."""
    entry = {"account_id": account_id, "code": clean_code(code), "customer_id": customer_id}
    return bool(insert_once(conn, CustomerCode, [entry]))


def get_customer(conn: Connection, account_id: str, customer_id: str) -> CustomerRow | None:
    """One customer, or None."""
    found = _rows(conn, account_id, [customer_id])
    return found[0] if found else None


def find_customer(conn: Connection, account_id: str, given: str) -> str | None:
    """The id of the customer with that id, or else with that code; None where there is none."""
    if get_customer(conn, account_id, given) is not None:
        return given
    return next(iter(by_codes(conn, account_id, [clean_code(given)]).values()), None)


def list_customers(conn: Connection, account_id: str, *, after: str = "", limit: int = 100) -> list[CustomerRow]:
    """Customers in the order in which they were made; *after* is the id of the last one seen."""
    ids = conn.execute(
        select(customer.c.id)
        .where(customer.c.account_id == account_id, customer.c.id > after)
        .order_by(customer.c.id)
        .limit(limit)
    ).scalars()
    return _rows(conn, account_id, list(ids))


def rename_customer(conn: Connection, account_id: str, customer_id: str, name: str) -> bool:
    """Rename a customer; False where there is none."""
    _rename(conn, account_id, {customer_id: name})
    return get_customer(conn, account_id, customer_id) is not None


def set_rules(
    conn: Connection, account_id: str, customer_id: str, rules: Mapping[str, float] | None, now: datetime
) -> None:
    """Give a customer its own rule numbers; its shipments are looked at with them."""
    mine = (customer.c.account_id == account_id, customer.c.id == customer_id)
    conn.execute(update(customer).where(*mine).values(rules=dict(rules) if rules else None))
    touch_shipments(conn, account_id, now, customer_id=customer_id)


def set_mode(conn: Connection, account_id: str, customer_id: str, mode: Mode | None, now: datetime) -> bool:
    """Switch a customer on or off, or (None) let it follow the account; False where nothing changed."""
    changed = conn.execute(
        update(customer)
        .where(
            customer.c.account_id == account_id,
            customer.c.id == customer_id,
            customer.c.mode.is_distinct_from(mode),
        )
        .values(mode=mode)
        .returning(customer.c.id)
    ).one_or_none()
    if changed is None:
        return False
    touch_shipments(conn, account_id, now, customer_id=customer_id)
    return True


def _rows(conn: Connection, account_id: str, ids: Sequence[str]) -> list[CustomerRow]:
    rows = conn.execute(
        select(customer).where(customer.c.account_id == account_id, customer.c.id.in_(ids)).order_by(customer.c.id)
    ).all()
    codes: dict[str, list[str]] = {}
    for row in conn.execute(
        select(customer_code.c.customer_id, customer_code.c.code)
        .where(customer_code.c.account_id == account_id, customer_code.c.customer_id.in_(ids))
        .order_by(customer_code.c.code)
    ):
        codes.setdefault(row.customer_id, []).append(row.code)
    return [CustomerRow(r.id, r.name, r.mode, tuple(codes.get(r.id, ())), r.created_at, r.rules or {}) for r in rows]


def _rename(conn: Connection, account_id: str, names: Mapping[str, str]) -> None:
    if names:
        conn.execute(
            update(customer).where(customer.c.account_id == account_id, customer.c.id == bindparam("which")),
            [{"which": customer_id, "name": name} for customer_id, name in sorted(names.items())],
        )


def _discard(conn: Connection, account_id: str, ids: Sequence[str]) -> None:
    """Take back customers whose code another process gave away in the same moment."""
    for chunk in chunks(ids):
        conn.execute(customer.delete().where(customer.c.account_id == account_id, customer.c.id.in_(chunk)))
