"""One vocabulary: every canonical word has its sentence and its family, and the API says so."""

from __future__ import annotations

import pytest

from service.api.examples import TIMELINE
from service.api.shown import schema_of
from service.records.enums import DelayFamily, Milestone, Reason
from service.records.meanings import FAMILY, FAMILY_SAYS, MILESTONE_SAYS, family_of


def test_every_word_has_a_sentence() -> None:
    assert list(MILESTONE_SAYS) == list(Milestone)
    assert len(MILESTONE_SAYS) == 36
    assert list(FAMILY_SAYS) == list(DelayFamily)
    assert len(FAMILY_SAYS) == 10
    assert [says for says in (*MILESTONE_SAYS.values(), *FAMILY_SAYS.values()) if not says.endswith(".")] == []


def test_every_reason_has_a_family_and_every_family_a_reason() -> None:
    assert set(FAMILY) == set(Reason)
    assert set(FAMILY.values()) == set(DelayFamily)


@pytest.mark.parametrize("reason", [*Reason, *map(str, Reason)])
def test_the_family_of_a_reason(reason: str) -> None:
    assert family_of(reason) is FAMILY[Reason(reason)]
    assert family_of(None) is None


def test_the_schema_of_an_answer_lists_the_words() -> None:
    fact = schema_of({"timeline": TIMELINE})["properties"]["data"]["items"]["properties"]
    assert fact["milestone"]["enum"] == list(Milestone)
    assert fact["delay_family"]["enum"] == list(DelayFamily)
    assert fact["reason"]["enum"] == list(Reason)
    assert "`port_busy`: A port, terminal or waterway is too busy." in fact["delay_family"]["description"]
