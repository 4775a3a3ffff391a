from __future__ import annotations

import pytest

from service.wording.forms import choose, fill, names


@pytest.mark.parametrize(
    ("form", "values", "text"),
    [
        ("{ref} left {place}[ {on}].", {"ref": "A", "place": "B", "on": "on C"}, "A left B on C."),
        ("{ref} left {place}[ {on}].", {"ref": "A", "place": "B", "on": ""}, "A left B."),
        ("{ref} left {place}[ {on}].", {"ref": "A", "place": ""}, None),
        ("{a}{b}[, {c}]", {"a": "1", "b": "2"}, "12"),
        ("plain.", {}, "plain."),
        ("{a}", {"a": "{b} [x]"}, "{b} [x]"),
    ],
)
def test_fill(form: str, values: dict[str, str], text: str | None) -> None:
    assert fill(form, values) == text


def test_choose_takes_the_first_that_can_be_said() -> None:
    forms = ("{ref} left {place}.", "{ref} is on the way.")
    assert choose(forms, {"ref": "A", "place": ""}) == "A is on the way."
    assert choose(forms, {}) == ""


def test_names() -> None:
    assert names("[{sorry}]{ref} {is} late.") == {"sorry", "ref", "is"}
