"""What an account says that codes mean: checked before it is kept, so that no call fails over it later."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from service.formats.base import Format, Refused
from service.formats.fields import shown, suggest
from service.formats.vocabulary import IGNORE, Vocabulary, meaning_of
from service.records.enums import Milestone, Reason

MOST = 2_000
"""The most codes that one source maps."""


def check_mapping(format_: Format | type[Format], mapping: Mapping[str, object], came: Collection[str] = ()) -> None:
    """Raise `Refused` for a code that the format could not meet, or a meaning that is none.

    *came* are codes of the source that came already and stood in no table: they may be mapped whatever they are.
    """
    lists = {one.name: one for one in getattr(format_, "vocabularies", ())}
    if len(mapping) > MOST:
        raise Refused("too_many", f"It maps {len(mapping)} codes.", f"At most {MOST} are kept.", "/mapping")
    for code, said in mapping.items():
        vocabulary = lists.get(code.partition(":")[0])
        if code not in came and (vocabulary is None or not code.partition(":")[2]):
            raise Refused(
                "unknown_vocabulary", f"{shown(code)} names no list of {format_.name}.", _lists(lists), _at(code)
            )
        _check_meaning(code, said, vocabulary)


def _check_meaning(code: str, said: object, vocabulary: Vocabulary | None) -> None:
    meaning = meaning_of(said) if isinstance(said, str) else None
    if meaning is None:
        fix = f"{_nearest(said)} Or say {IGNORE}. The list is in docs/glossary.md."
        raise Refused("unknown_meaning", f"{shown(said)} is no milestone and no reason.", fix, _at(code))
    if isinstance(meaning, Milestone | Reason) and vocabulary is not None:
        kinds = kinds_of(vocabulary)
        if kinds and not isinstance(meaning, tuple(kinds)):
            named = "a milestone" if Milestone in kinds else "a reason"
            fix = f"Map it to {named} such as {'departed' if Milestone in kinds else 'weather'}, or to {IGNORE}."
            message = f"{shown(code)} says {'what happened' if Milestone in kinds else 'why'}, and {said} does not."
            raise Refused("wrong_kind", message, fix, _at(code))


def kinds_of(vocabulary: Vocabulary) -> frozenset[type[Milestone] | type[Reason]]:
    """What the codes of a list become, apart from those that are ignored."""
    return frozenset(kind for row in vocabulary.rows for kind in (Milestone, Reason) if isinstance(row.becomes, kind))


def _nearest(said: object) -> str:
    return suggest(said if isinstance(said, str) else "", [*Milestone, *Reason])


def _lists(lists: Iterable[str]) -> str:
    named = ", ".join(sorted(lists))
    return f"Name a code as LIST:CODE, with a list out of: {named}." if named else "Only codes that came can be mapped."


def _at(code: str) -> str:
    """The JSON pointer of a code (RFC 6901)."""
    return f"/mapping/{code.replace('~', '~0').replace('/', '~1')[:200]}"
