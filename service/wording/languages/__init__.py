"""The languages, each a file of data with the same keys, and which of them answers a reader."""

from __future__ import annotations

from functools import lru_cache

from service.wording.languages.ar import ARABIC
from service.wording.languages.base import Language, Status
from service.wording.languages.de import GERMAN
from service.wording.languages.en import ENGLISH
from service.wording.languages.es import SPANISH
from service.wording.languages.fr import FRENCH
from service.wording.languages.pseudo import TAG, pseudo
from service.wording.languages.zh_hans import CHINESE

LANGUAGES: dict[str, Language] = {
    language.tag: language for language in (ENGLISH, SPANISH, GERMAN, FRENCH, ARABIC, CHINESE, pseudo(ENGLISH))
}
"""Every language by its tag (BCP 47)."""

SPOKEN: tuple[str, ...] = tuple(tag for tag in LANGUAGES if tag != TAG)
"""The tags that a reader may have; the pseudo-locale is for tests and for those who look for untranslated text."""

_SCRIPTS = {"zh": "zh-Hans", "zh-cn": "zh-Hans", "zh-sg": "zh-Hans", "zh-my": "zh-Hans"}
"""Tags that imply a script. Readers of traditional characters (`zh-Hant`, `zh-TW`, `zh-HK`) read English."""


@lru_cache(maxsize=256)
def language_of(tag: str | None) -> Language:
    """The language that answers a reader of *tag*; English where it is unknown: half a language is none."""
    wanted = (tag or "").replace("_", "-")
    known = {spoken.lower(): language for spoken, language in LANGUAGES.items()}
    parts = wanted.lower().split("-")
    if parts[0] == "zh":
        chinese = _SCRIPTS.get("-".join(parts[:2]), "zh-Hans" if "hans" in parts else "")
        return known.get(chinese.lower(), ENGLISH)
    return known.get(wanted.lower()) or known.get(parts[0]) or ENGLISH


__all__ = ["ENGLISH", "LANGUAGES", "SPOKEN", "Language", "Status", "language_of"]
