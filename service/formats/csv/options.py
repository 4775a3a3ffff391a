"""The small file in which an account says how its exports are written: the options of a source, as TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

from service.formats.base import Refused
from service.formats.csv.rows import CsvRows
from service.formats.csv.statuses import STATUSES
from service.formats.csv.words import plain
from service.formats.fields import shown, suggest
from service.formats.options import check_values
from service.formats.vocabulary import IGNORE, key, meaning_of
from service.records.enums import Milestone

STATUS_TABLE = "statuses"
"""The table of the file that says what the account's own status words mean."""


def read_options(text: str) -> dict[str, object]:
    """The options that the file holds: those of the format, and `mapping` from its table `statuses`.

    Raises `Refused` with what is wrong in it.
    """
    try:
        given: dict[str, object] = tomllib.loads(text.lstrip("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise Refused(
            "not_toml", f"The file of columns cannot be read: {error}.", 'Write lines such as "Auftrag" = "ref".'
        ) from None
    statuses = given.pop(STATUS_TABLE, {})
    for name in given:
        if name not in CsvRows.options:
            raise Refused(
                "unknown_option",
                f"The file of columns sets {shown(name)}, which is no option.",
                suggest(name, [*CsvRows.options, STATUS_TABLE]),
            )
    check_values(given)
    mapping = _mapping(statuses)
    return given | ({"mapping": mapping} if mapping else {})


def _mapping(statuses: object) -> dict[str, str]:
    if not isinstance(statuses, Mapping):
        raise Refused("bad_option", f"`{STATUS_TABLE}` is no table.", f"Begin it with the line [{STATUS_TABLE}].")
    found: dict[str, str] = {}
    for word, meaning in statuses.items():
        said = meaning_of(meaning) if isinstance(meaning, str) else None
        if said != IGNORE and not isinstance(said, Milestone):
            raise Refused(
                "unknown_meaning",
                f"The status {shown(word)} cannot mean {shown(meaning)}.",
                f"{suggest(str(meaning), list(Milestone))} Or say {IGNORE}.",
            )
        found[key(STATUSES.name, plain(word)[:80])] = meaning
    return found
