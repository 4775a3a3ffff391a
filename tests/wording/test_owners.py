"""Who is named: a person whom the account named, and nobody else."""

from __future__ import annotations

import pytest

from service.wording.owners import one_for_all, person


@pytest.mark.parametrize(
    ("owner", "registered", "named"),
    [
        ("", None, None),
        ("desk", "The desk", None),
        ("Desk", None, None),
        ("Priya", None, "Priya"),
        ("Priya Sharma-O'Neil", None, "Priya Sharma-O'Neil"),
        ("王芳", None, "王芳"),
        ("محمد", None, "محمد"),
        ("priya", None, None),
        ("psharma", "Priya Sharma", "Priya Sharma"),
        ("OPS", None, None),
        ("P1", None, None),
        ("opr_01k5c3v7", None, None),
        ("ops@example.com", None, None),
        ("j.smith", None, None),
    ],
)
def test_a_name_is_a_name(owner: str, registered: str | None, named: str | None) -> None:
    assert person(owner, registered) == named


def test_several_orders_name_one_person_only_if_it_is_the_same() -> None:
    assert one_for_all([("Priya", None), ("Priya", None)]) == "Priya"
    assert one_for_all([("psharma", "Priya"), ("Priya", None)]) == "Priya"
    assert one_for_all([("Priya", None), ("Sam", None)]) is None
    assert one_for_all([("Priya", None), ("desk", None)]) is None
    assert one_for_all([]) is None
