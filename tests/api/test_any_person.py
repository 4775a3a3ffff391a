"""Whatever stands where a phone, an e-mail address or a name belongs is taken or refused at every door; never a 5xx."""

from __future__ import annotations

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.flows import imports
from tests.api.service import PHONE, Service, problem

PUT = "/v1/shipments/by-ref/ref/PO%209"
UNSEEN = ["\u200b", "\u2060", "\u00ad", "\u3164", "\u2800", "\ufe0f", "\u00a0\u200b "]

said = (
    st.text(max_size=45)
    | st.text(alphabet="".join(UNSEEN) + " \t\x1c\x1f\x85\u2028", max_size=4)
    | st.from_regex(r"[+0-9 ()\u200b\uff11\u0661-]{1,20}", fullmatch=True)
    | st.from_regex(r"[a-z\u200b]{0,5}@[a-z\u200b]{0,5}\.[a-z\u200b]{0,4}", fullmatch=True)
)


def sheet(**values: str) -> str:
    """customers.csv with one row."""
    paper = io.StringIO()
    csv.writer(paper).writerows([["code", *values], ["A1", *values.values()]])
    return paper.getvalue()


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
@pytest.mark.parametrize("name", ["phone", "email"])
def test_an_address_that_nobody_sees_is_none(quick: Service, name: str, unseen: str) -> None:
    code = f"bad_{name}"
    for path in ("/v1/events", "/v1/events?preview=true"):
        (flaw,) = problem(quick.post(path, quick.event(tell=[{name: unseen}])), 422, "invalid")["errors"]
        assert (flaw["code"], flaw["pointer"]) == (code, f"/tell/0/{name}")
    (flaw,) = problem(quick.post("/v1/contacts", {name: unseen}), 422, "invalid")["errors"]
    assert (flaw["code"], flaw["pointer"]) == (code, f"/{name}")
    (flaw,) = problem(quick.send("PUT", PUT, json={"tell": [{name: unseen}]}), 422, "invalid")["errors"]
    assert (flaw["code"], flaw["pointer"]) == (code, f"/tell/0/{name}")
    for dry in (True, False):
        text = sheet(**{name: unseen})
        report = imports.import_customers(quick.kit, quick.account_id, text, consent="contract", dry_run=dry)
        ((line, sentence, fix),) = report.refused
        assert (line, report.added) == (2, 0)
        assert sentence.startswith("This is not")
        assert fix.startswith("Send")


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
def test_a_bare_entry_that_nobody_sees_is_no_phone(quick: Service, unseen: str) -> None:
    (flaw,) = problem(quick.post("/v1/events", quick.event(tell=[unseen])), 422, "invalid")["errors"]
    assert (flaw["code"], flaw["pointer"]) == ("bad_phone", "/tell/0")
    assert "+447700900123" in flaw["fix"]


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
def test_a_name_that_nobody_sees_is_none(quick: Service, unseen: str) -> None:
    found = quick.post("/v1/contacts", {"phone": "+447700900777", "name": unseen})
    assert (found.status_code, found.json()["name"]) == (201, "")


@settings(max_examples=30)
@given(phone=said, email=said, name=said)
def test_whatever_a_person_is_called(quick: Service, phone: str, email: str, name: str) -> None:
    person = {"phone": phone, "email": email, "name": name}
    answers = [
        quick.post("/v1/events", [quick.event(tell=[value]) for value in (phone, email, person)]),
        quick.post("/v1/events?preview=true", quick.event(tell=[person, {"phone": PHONE, "name": name}])),
        *(quick.post("/v1/contacts", given) for given in (person, {"phone": phone}, {"email": email, "name": name})),
        quick.send("PUT", PUT, json={"tell": [phone, email, person]}),
        *(quick.send("PUT", PUT, json={"tell": [value]}) for value in (phone, email)),
    ]
    assert all(200 <= one.status_code < 500 for one in answers), [one.text for one in answers]
    # A file that is torn is refused as a whole; whatever else is wrong refuses its row.
    with suppress(imports.Refused):
        report = imports.import_customers(quick.kit, quick.account_id, sheet(**person), consent="contract")
        assert all(sentence and fix for _, sentence, fix in report.refused)
