"""What the codes of a parcel's step mean: the account's own words first, then the finest code that says anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service.formats.base import Refused
from service.formats.vocabulary import ELSEWHERE, IGNORE, Code, Vocabulary, index, key, own_meaning
from service.records.enums import Milestone, Reason


class Unknown(Exception):
    """No table has the codes of a step; `code` names the finest of them."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Table:
    """A vocabulary to look codes up in, and the codes whose fact carries a flag that chooses its text."""

    vocabulary: Vocabulary
    flags: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, tuple[Code, ...]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", index(self.vocabulary.rows))


@dataclass(frozen=True, slots=True)
class Said:
    """What a step says: a milestone, or why it is ignored. `note` is what an operator should know of the reading."""

    becomes: Milestone | str
    reason: Reason | None = None
    flags: tuple[str, ...] = ()
    note: str = ""


def meaning(options: Mapping[str, object], codes: Sequence[tuple[Table, str]], pointer: str) -> Said:
    """What *codes* say, the finest first. Raises `Unknown` where no table has any, `Refused` where all are empty.

    A finer code that its table lacks is passed over, with a note: the coarser one beside it is still the truth.
    """
    said = [(table, code) for table, code in codes if code]
    if not said:
        raise Refused("status_missing", "This step has no status.", "Send what happened.", pointer)
    for table, code in said:
        own = own_meaning(options, table.vocabulary.name, code)
        if own is not None:
            return _own(own, key(table.vocabulary.name, code))
    reason, strange = None, ""
    for table, code in said:
        rows = table.rows.get(code)
        if rows is None:
            strange = strange or key(table.vocabulary.name, code)
            continue
        row = rows[0]
        if isinstance(row.becomes, Reason):
            reason = row.becomes
            continue
        if row.becomes == ELSEWHERE:
            continue
        flag = table.flags.get(code)
        note = f"{strange} is not in our table: read by the code beside it." if strange else ""
        return Said(row.becomes, row.reason or reason, (flag,) if flag else (), note)
    raise Unknown(strange or key(said[0][0].vocabulary.name, said[0][1]))


def decisive(table: Table, code: str) -> Milestone | None:
    """The milestone of *code* by itself, None where it has none."""
    rows = table.rows.get(code)
    becomes = rows[0].becomes if rows else None
    return becomes if isinstance(becomes, Milestone) else None


def _own(own: Milestone | Reason | str, code: str) -> Said:
    if isinstance(own, Milestone):
        return Said(own)
    if isinstance(own, Reason):
        return Said(Milestone.DELAYED, own)
    return Said(f"Your own mapping ignores {code}." if own == IGNORE else own)
