"""The mappings of the shipped formats as tables for people: the docs print them, and a test compares the two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.formats import refs, signatures
from service.formats.base import Format
from service.formats.cargowise import codes as cargowise
from service.formats.csv import words as csv_words
from service.formats.dcsa import documents as dcsa
from service.formats.roles import ROLE
from service.formats.vocabulary import ELSEWHERE, Code, Vocabulary
from service.records.enums import DelayFamily, Milestone, Paper, Reason
from service.records.meanings import FAMILY, FAMILY_SAYS, MILESTONE_SAYS

BAR = r"\|"
"""How a bar is written within a cell."""


@dataclass(frozen=True, slots=True)
class Table:
    """A heading line and rows of plain text, `code` in backticks."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def markdown(self) -> str:
        """The table in Markdown, with a line end after each row."""
        lines = [self.head, tuple("---" for _ in self.head), *self.rows]
        return "".join(f"| {' | '.join(cell.replace('|', BAR) for cell in line)} |\n" for line in lines)


def of_formats(formats: Iterable[type[Format]]) -> Table:
    """What a sender has to know of each format."""
    return Table(
        ("format", "what it reads", "content type", "answer", "signature unless set otherwise", "options"),
        tuple(
            (
                f"`{f.name}`",
                f.title,
                ", ".join(f"`{kind}`" for kind in f.content_types),
                str(f.answer_status),
                f"`{f.default_scheme}`",
                "; ".join(f"`{name}`: {says}" for name, says in f.options.items()) or "none",
            )
            for f in formats
        ),
    )


_PROVEN = {"body": "body", "time": "body and time", "caller": "that the caller knows the secret"}


def of_schemes() -> Table:
    """The signature schemes."""
    return Table(
        ("scheme", "what it is", "header", "a good call proves", "options"),
        tuple(
            (
                f"`{name}`",
                scheme.title,
                f"`{scheme.header}`" if scheme.header else "none",
                _PROVEN[scheme.proves],
                "; ".join(f"`{option}`: {says}" for option, says in scheme.options.items()) or "none",
            )
            for name, scheme in signatures.SCHEMES.items()
        ),
    )


def of_milestones() -> Table:
    """The milestones of native events, with what their place is to the shipment."""
    return Table(
        ("`milestone`", "its `place` is"),
        tuple((f"`{milestone}`", _place(milestone)) for milestone in Milestone),
    )


def of_reasons() -> Table:
    """The reasons of native events."""
    return Table(("`reason`",), tuple((f"`{reason}`",) for reason in Reason))


def of_sentences() -> Table:
    """What a customer reads of each milestone."""
    rows = tuple((f"`{milestone}`", MILESTONE_SAYS[milestone]) for milestone in Milestone)
    return Table(("milestone", "what a customer reads"), rows)


def of_families() -> Table:
    """The families of delay with the reasons of each."""
    reasons: dict[DelayFamily, list[str]] = {}
    for reason, family in FAMILY.items():
        reasons.setdefault(family, []).append(f"`{reason}`")
    return Table(
        ("family", "what a customer reads", "reasons"),
        tuple((f"`{family}`", FAMILY_SAYS[family], ", ".join(reasons[family])) for family in DelayFamily),
    )


def of_references() -> Table:
    """The kinds of `refs` in native events."""
    kinds: dict[str, list[str]] = {}
    for alias, kind in refs.ALIASES.items():
        kinds.setdefault(kind, []).append(alias)
    return Table(
        ("kind", "words for it in `refs`"),
        tuple((f"`{kind}`", ", ".join(f"`{alias}`" for alias in aliases)) for kind, aliases in kinds.items()),
    )


def of_dcsa_references() -> Table:
    """DCSA references: what each kind is kept as."""
    documents = [(f"document reference or ID `{code}`", f"`{kind}`") for code, kind in dcsa.DOCUMENT_REFERENCES.items()]
    others = [(f"reference `{code}`", f"`{kind}`") for code, kind in dcsa.REFERENCES.items()]
    return Table(
        ("in the event", "kept as"), (*documents, *others, ("`equipmentReference`", "`container`, and the unit"))
    )


def of_cargowise_references() -> Table:
    """CargoWise data types, contexts and waybills: what each is kept as."""
    kinds = (("data source or target", cargowise.DATA_TYPES), ("context", cargowise.CONTEXTS))
    rows = [(f"{where} `{name}`", f"`{kind}`") for where, names in kinds for name, kind in names.items()]
    bills = [(f"`WayBillNumber` of type `{name}`", f"`{kind}`") for name, kind in cargowise.WAYBILLS.items()]
    others = [("`BookingConfirmationReference`", "`booking`"), ("`ContainerNumber` of a shipment", "`container`")]
    return Table(("in the XML", "kept as"), (*rows, *bills, *others))


def of_csv_fields() -> Table:
    """What a column of an export may hold, and the headings by which it is known."""
    says = {field: f"kept as `{kind}`" for field, kind in csv_words.REFERENCES.items()} | csv_words.ONCE
    known = csv_words.HEADINGS
    rows = [(f"`{field}`", words, ", ".join(known[field])) for field, words in says.items()]
    rows += [(f"`{field}`", "a column of dates", ", ".join(known[field])) for field in known if ":" in field]
    other = ("`planned:…`, `estimated:…`, `actual:…`", "a column of dates, for any other milestone", "")
    return Table(("field", "is", "known headings"), (*rows, other, ("`ignore`", "not read", "")))


def of_vocabulary(vocabulary: Vocabulary) -> Table:
    """Every code of a format's list, and what becomes of it."""
    conditional = any(row.when for row in vocabulary.rows)
    head = ("code", "says", *(("when",) if conditional else ()), "becomes")
    return Table(
        head,
        tuple(
            (f"`{row.code}`", row.says, *((row.when or "otherwise",) if conditional else ()), _becomes(row))
            for row in vocabulary.rows
        ),
    )


def _becomes(row: Code) -> str:
    if isinstance(row.becomes, Milestone):
        return _milestone(row.becomes, row.reason)
    if row.becomes == ELSEWHERE:
        return row.becomes
    return f"reason `{row.becomes}`" if isinstance(row.becomes, Reason) else f"ignored: {row.becomes}"


def _place(milestone: Milestone) -> str:
    return f"the {ROLE[milestone]}" if milestone in ROLE else "anywhere"


def _milestone(milestone: Milestone, reason: Reason | None) -> str:
    return f"`{milestone}`" + (f", reason `{reason}`" if reason else "")


def blocks(formats: Iterable[type[Format]]) -> dict[str, Table]:
    """Every table by the name under which a page of the docs asks for it; a list of codes by its own name."""
    formats = tuple(formats)
    lists = {voc.name: of_vocabulary(voc) for one in formats for voc in getattr(one, "vocabularies", ())}
    return lists | {
        "formats": of_formats(formats),
        "schemes": of_schemes(),
        "milestones": of_sentences(),
        "delay-families": of_families(),
        "native-milestones": of_milestones(),
        "native-papers": Table(("paper in `needs`",), tuple((f"`{paper.value}`",) for paper in Paper)),
        "native-reasons": of_reasons(),
        "native-references": of_references(),
        "dcsa-references": of_dcsa_references(),
        "csv-fields": of_csv_fields(),
        "cargowise-references": of_cargowise_references(),
    }
