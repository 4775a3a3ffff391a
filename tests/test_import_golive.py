"""Three hundred running shipments: imported, a week in shadow, and then live without one text about the past."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from notifiers.base import PERSONAL, Channel
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.flows import golive, imports, people
from service.records.enums import Mode, ReferenceType
from service.records.inbound import Person
from service.records.tables import Contact, Customer, Fact, Follow, Notice, Promise, Shipment
from service.store.engine import Database
from tests.kits import DAY, HOUR, JO, MINUTE, Works, arrives, departed, running

CONSENT = "contract of carriage"
SHIPMENTS, CUSTOMERS = 300, 40


def phone(number: int) -> str:
    return f"+4477009{number:05}"


def customers_csv() -> str:
    rows = [f"C{n},Customer {n},{phone(n)},c{n}@example.com,en" for n in range(CUSTOMERS)]
    return "\n".join(["code,name,phone,email,language", *rows]) + "\n"


def shipments_csv(promised: str = "2026-10-09") -> str:
    rows = [f"J{n:03},C{n % CUSTOMERS},PO{n:03},,,2026-10-09,{promised}," for n in range(SHIPMENTS)]
    return "\n".join(["ref,customer,po,container,bl,due,told_date,need_by", *rows]) + "\n"


@pytest.fixture
def sms() -> Recorder:
    return Recorder(Channel.SMS)


@pytest.fixture
def works(database: Database, clock: ManualClock, sms: Recorder, tmp_path: Path) -> Iterator[Works]:
    email = Recorder(Channel.EMAIL, sender="desk@example.com")
    with running(database, clock, {Channel.SMS: sms, Channel.EMAIL: email}, place=tmp_path, senders=40) as found:
        yield found


def bring(works: Works, customers: str, shipments: str) -> None:
    imports.import_customers(works.kit, works.account_id, customers, consent=CONSENT)
    imports.import_shipments(works.kit, works.account_id, shipments)


def live(works: Works, scope: str = "all", **more: bool) -> dict[str, object]:
    plan = golive.plan(works.kit, works.account_id, scope, **more)
    return golive.apply(works.kit, works.account_id, plan.id, by="Ana")


def real(works: Works) -> list[str]:
    """Every text and e-mail that left for real."""
    return [one.text for channel in PERSONAL for one in works.kit.live[channel][0].notifier.asked]  # type: ignore[attr-defined]


def stages(works: Works) -> set[str]:
    return {row.stage.value for row in works.messages()}


def test_a_week_in_shadow_and_then_live(works: Works, sms: Recorder) -> None:
    progress: list[tuple[int, int]] = []
    imports.import_customers(works.kit, works.account_id, customers_csv(), consent=CONSENT)
    report = imports.import_shipments(
        works.kit, works.account_id, shipments_csv(), progress=lambda done, of: progress.append((done, of))
    )
    assert (report.rows, report.added, report.updated, report.refused) == (300, 300, 0, [])
    assert progress == [(200, 300), (300, 300)]
    works.settle()
    for day in range(7):
        works.clock.advance(DAY)
        at = works.clock() - HOUR
        batch = [
            {"ref": f"J{n:03}", "milestone": "departed", "at": at.isoformat(), "place": "CNNGB"}
            for n in range(day * 40, day * 40 + 40)
        ]
        assert all(item.outcome == "accepted" for item in works.call(batch).items)
        works.settle()
    works.call([{"ref": f"J{n:03}", "milestone": "eta_changed", "due": "2026-10-16"} for n in range(20)])
    works.clock.advance(4 * HOUR)
    works.settle()
    works.clock.advance(4 * HOUR)
    works.settle()
    assert real(works) == []
    assert stages(works) == {"rehearsal"}
    assert {row.notifier for row in works.messages(state="accepted")} == {"loopback"}
    assert len(works.messages(state="accepted")) >= 80, "what would have been said is in view"

    plan = golive.plan(works.kit, works.account_id)
    assert (plan.shipments, plan.people, plan.unreachable, plan.followed_by_nobody) == (300, 40, (), 0)
    assert (plan.texts_now, plan.segments_now, plan.missing) == (0, 0, ())
    assert len(plan.samples) == 5
    assert {one.ref for one in plan.late} == {f"J{n:03}" for n in range(20)}
    assert {(one.told, one.truth) for one in plan.late} == {("2026-10-09", "2026-10-16")}
    assert real(works) == []

    result = golive.apply(works.kit, works.account_id, plan.id, by="Ana")
    assert (result["shipments"], result["people"], result["told_late"]) == (300, 40, 0)
    assert result["changed_since_plan"] == {}
    for _ in range(3):
        works.clock.advance(DAY)
        works.settle()
    assert real(works) == [], "not one text about the past"

    works.post(ref="J299", milestone="eta_changed", due="2026-10-14")
    for _ in range(6):
        works.clock.advance(4 * HOUR)
        works.settle()
    (message,) = sms.messages
    assert message.to == phone(299 % CUSTOMERS)
    assert "PO299" in message.text
    assert "14 Oct" in message.text
    assert "9 Oct" in message.text, "the declared date is printed as the earlier one"


def test_the_same_import_again_changes_nothing(works: Works) -> None:
    bring(works, customers_csv(), shipments_csv())
    works.settle()
    before = works.rows(Shipment)
    report = imports.import_shipments(works.kit, works.account_id, shipments_csv())
    again = imports.import_customers(works.kit, works.account_id, customers_csv(), consent=CONSENT)
    works.settle()
    assert (report.added, report.updated, again.added, again.updated) == (0, 300, 0, 40)
    assert (len(works.rows(Shipment)), len(works.rows(Fact))) == (300, 300)
    assert (len(works.rows(Customer)), len(works.rows(Contact)), len(works.rows(Follow))) == (40, 40, 40)
    assert [row.due_date for row in works.rows(Shipment)] == [row.due_date for row in before]


def test_a_date_that_goes_back_by_import(works: Works) -> None:
    for day in ("2026-10-09", "2026-10-12", "2026-10-09"):
        imports.import_shipments(works.kit, works.account_id, f"ref,due\nJ1,{day}\n")
        works.clock.advance(MINUTE)
        works.settle()
        assert works.rows(Shipment)[0].due_date == date.fromisoformat(day)


def test_a_date_that_goes_back_by_the_api(works: Works) -> None:
    for day in ("2026-10-09", "2026-10-12", "2026-10-09", "2026-10-09"):
        wanted = people.Wanted(eta=date.fromisoformat(day))
        people.put_shipment(works.kit, works.account_id, ReferenceType.REF, "J1", wanted)
        works.clock.advance(MINUTE)
        works.settle()
        assert works.rows(Shipment)[0].due_date == date.fromisoformat(day)
    assert len(works.rows(Fact)) == 3


def test_a_dry_run_lists_the_rows_and_keeps_nothing(works: Works) -> None:
    text = "code;name;phone;email;language\nC1;One;07700 900123;;\nC2;Two;12;;\n;Three;07700900124;;\nC4;Four;;;\n"
    report = imports.import_customers(works.kit, works.account_id, text, consent=CONSENT, dry_run=True)
    assert report.rows == 4
    assert [line for line, _, _ in report.refused] == [3, 4, 5]
    assert all(problem and fix for _, problem, fix in report.refused)
    assert works.rows(Customer) == []
    shipments = "ref,due\nJ1,2026-10-09\n,2026-10-09\nJ3,9.10.2026\n"
    dry = imports.import_shipments(works.kit, works.account_id, shipments, dry_run=True)
    assert [line for line, _, _ in dry.refused] == [3, 4]
    assert works.rows(Shipment) == []
    kept = imports.import_shipments(works.kit, works.account_id, shipments)
    assert (kept.added, len(kept.refused)) == (1, 2)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("code,phone\n", "customers"), ("\ufeffRef;PO\n", "shipments"), ("ref\tcontainer\n", "shipments")],
)
def test_the_kind_of_a_file(text: str, kind: str) -> None:
    assert imports.kind_of(text) == kind


def test_a_ref_that_stands_twice_and_a_language_that_there_is_not(works: Works) -> None:
    shipments = "ref,due\nJ1,2026-10-09\nj 1,2026-10-12\nJ2,9999-01-01\n\u200b,2026-10-09\nJ\u202e3,2026-10-09\n"
    customers = "code,name,phone,language\nC1,A,07700 900123,en\nC2,B,07700 900124,xx\nC3,C,07700 900125,en-GB\n"
    for dry in (True, False):
        report = imports.import_shipments(works.kit, works.account_id, shipments, dry_run=dry)
        assert [line for line, _, _ in report.refused] == [3, 4, 5, 6]
        assert report.refused[0][1:] == ("The ref stands in line 2 already.", "Keep one row for each ref.")
        assert report.refused[1][2] == "Send a year from 2000 to 2029."
        found = imports.import_customers(works.kit, works.account_id, customers, consent=CONSENT, dry_run=dry)
        ((line, problem, fix),) = found.refused
        assert (line, problem) == (3, "There are no texts in the language xx.")
        assert fix.startswith("Write one of: en")
    assert [row.due_date for row in works.rows(Shipment)] in ([None], [date(2026, 10, 9)])
    assert len(works.rows(Customer)) == 2


def test_a_reference_that_names_nothing_is_refused(works: Works) -> None:
    report = imports.import_shipments(works.kit, works.account_id, "ref,po\n/,1\nJ1,..\nJ2,2\n")
    assert [(line, problem) for line, problem, _ in report.refused] == [
        (2, "/ names no shipment."),
        (3, ".. names no shipment."),
    ]
    assert "a letter or digit" in report.refused[0][2]


@pytest.mark.parametrize(
    ("text", "fix"), [("ref\nJ\x01\n", "Take it out"), ("ref\nJ1\rJ2\n", "line end"), ('ref\n"J1\n', "quote")]
)
def test_a_quote_is_looked_for_only_where_there_is_one(works: Works, text: str, fix: str) -> None:
    with pytest.raises(imports.Refused) as found:
        imports.import_shipments(works.kit, works.account_id, text)
    assert fix in found.value.fix


def test_files_that_are_refused(works: Works) -> None:
    with pytest.raises(imports.Refused, match="columns"):
        imports.kind_of("a,b\n")
    with pytest.raises(imports.Refused, match="ref is missing"):
        imports.import_shipments(works.kit, works.account_id, "po,due\n1,2026-10-09\n")
    with pytest.raises(imports.Refused, match="basis"):
        imports.import_customers(works.kit, works.account_id, customers_csv(), consent=" ")


def test_consent_is_kept_with_each_contact(works: Works) -> None:
    imports.import_customers(works.kit, works.account_id, customers_csv(), consent=CONSENT)
    assert {(row.consent_basis, row.consent_how) for row in works.rows(Contact)} == {(CONSENT, "import")}


def test_a_parked_fact_comes_home_to_every_imported_order_and_is_history(works: Works) -> None:
    """One container with two orders, and news of it before either was known."""
    works.go()
    works.post(refs={"container": "TCNU1234565"}, milestone="discharged", at="2026-09-17T09:00:00Z", place="GBFXT")
    works.clock.advance(HOUR)
    text = "ref,customer,container\nJ1,C1,TCNU1234565\nJ2,C1,TCNU1234565\n"
    bring(works, customers_csv(), text)
    works.clock.advance(DAY)
    works.settle()
    assert [row.status for row in works.rows(Shipment)] == [works.rows(Shipment)[0].status] * 2
    assert works.rows(Shipment)[0].status != "registered"
    assert real(works) == []


def test_late_shipments_are_told_as_news_when_asked(works: Works, sms: Recorder) -> None:
    bring(
        works, customers_csv(), "ref,customer,due,told_date\nJ1,C1,2026-10-16,2026-10-09\nJ2,C2,2026-10-09,2026-10-09\n"
    )
    works.settle()
    plan = golive.plan(works.kit, works.account_id, tell_late=True)
    assert plan.texts_now == 1
    result = golive.apply(works.kit, works.account_id, plan.id)
    assert result["told_late"] == 1
    works.forward(DAY)
    (message,) = sms.messages
    assert message.to == phone(1)
    assert "16 Oct" in message.text
    assert "9 Oct" in message.text
    works.forward(DAY)
    assert len(sms.messages) == 1


def test_what_arrives_between_plan_and_apply_is_the_past_too(works: Works) -> None:
    bring(works, customers_csv(), "ref,customer,due\nJ1,C1,2026-10-09\n")
    works.settle()
    plan = golive.plan(works.kit, works.account_id)
    works.clock.advance(HOUR)
    works.post(ref="J1", milestone="departed", at="2026-09-17T12:30:00Z", place="CNNGB", eta="2026-10-05")
    works.post(**departed("J2", "2026-09-17T12:30:00Z"))
    result = golive.apply(works.kit, works.account_id, plan.id)
    assert result["changed_since_plan"]["shipments"] == [1, 2]
    works.forward(2 * DAY)
    assert real(works) == []


def test_what_waits_in_shadow_is_not_said_live(works: Works) -> None:
    works.clock.advance(10 * HOUR)
    works.post(**departed(at="2026-09-17T21:00:00Z"))
    works.settle()
    assert works.states() == ["waiting"], "a text of the night"
    live(works)
    works.forward(2 * DAY)
    assert real(works) == []
    assert works.states() == ["superseded"]


def test_a_follower_who_joins_later_gets_the_present_state_once(works: Works, sms: Recorder) -> None:
    bring(works, customers_csv(), "ref,customer,due\nJ1,C1,2026-10-09\n")
    works.settle()
    live(works)
    works.forward(DAY)
    assert real(works) == []
    (shipment,) = works.rows(Shipment)
    people.put_shipment(works.kit, works.account_id, ReferenceType.REF, "J1", people.Wanted(tell=(Person(phone=JO),)))
    works.forward(2 * DAY)
    (message,) = sms.messages
    assert message.to == JO
    assert "9 Oct" in message.text
    assert works.shipment(shipment.id).followers == 2


def test_one_customer_goes_live_alone(works: Works, sms: Recorder) -> None:
    bring(works, customers_csv(), "ref,customer,due\nJ1,C1,2026-10-09\nJ2,C2,2026-10-09\n")
    works.settle()
    live(works, "customer:c1")
    works.clock.advance(DAY)
    works.call([arrives("2026-10-20", ref) for ref in ("J1", "J2")])
    works.call([{"ref": ref, "milestone": "eta_changed", "due": "2026-10-16"} for ref in ("J1", "J2")])
    works.forward(DAY)
    assert {message.to for message in sms.messages} == {phone(1)}
    assert stages(works) == {"live", "rehearsal"}


@pytest.mark.parametrize("mode", [Mode.SHADOW, Mode.OFF])
def test_whoever_was_switched_by_name_goes_live_by_name(works: Works, sms: Recorder, mode: Mode) -> None:
    bring(works, customers_csv(), "ref,customer,due\nJ1,C1,2026-10-09\nJ2,C2,2026-10-09\nJ3,C3,2026-10-09\n")
    works.settle()
    customer = next(row.id for row in works.rows(Customer) if row.name == "Customer 1")
    people.set_mode(works.kit, works.account_id, customer, mode, by="Ana")
    people.set_mode(works.kit, works.account_id, works.rows(Shipment)[2].id, mode, by="Ana")
    plan = golive.plan(works.kit, works.account_id)
    assert (plan.shipments, plan.people, plan.notes) == (1, 1, {"keep_their_own_mode": 2})
    assert golive.apply(works.kit, works.account_id, plan.id, by="Ana")["shipments"] == 1
    assert [row.mode for row in works.rows(Customer) if row.id == customer] == [mode]
    works.clock.advance(DAY)
    works.call([{"ref": ref, "milestone": "eta_changed", "due": "2026-10-16"} for ref in ("J1", "J2", "J3")])
    works.forward(DAY)
    assert {message.to for message in sms.messages} == {phone(2)}
    named = golive.plan(works.kit, works.account_id, "customer:C1")
    assert (named.shipments, named.people, named.notes) == (1, 1, {})
    assert golive.apply(works.kit, works.account_id, named.id, by="Ana")["shipments"] == 1
    works.forward(DAY)
    works.call([{"ref": "J1", "milestone": "eta_changed", "due": "2026-10-23"}])
    works.forward(DAY)
    assert {message.to for message in sms.messages} == {phone(1), phone(2)}


def test_who_is_live_already_is_no_part_of_going_live(works: Works) -> None:
    bring(works, customers_csv(), "ref,customer,due\nJ1,C1,2026-10-09\nJ2,C2,2026-10-09\n")
    works.settle()
    live(works, "customer:C1")
    plan = golive.plan(works.kit, works.account_id)
    assert (plan.shipments, plan.people, plan.notes) == (1, 1, {"keep_their_own_mode": 1})


@pytest.mark.parametrize("mode", [None, Mode.SHADOW])
def test_one_shipment_goes_live_alone(works: Works, sms: Recorder, mode: Mode | None) -> None:
    works.post(**departed("J1"))
    works.post(**departed("J2", tell=[phone(7)]))
    works.settle()
    shipment_id = works.rows(Shipment)[0].id
    if mode is not None:
        people.set_mode(works.kit, works.account_id, shipment_id, mode, by="Ana")
    works.settle()
    live(works, f"shipment:{shipment_id}")
    works.forward(DAY)
    assert real(works) == []
    works.call([arrives("2026-10-20", ref) for ref in ("J1", "J2")])
    works.forward(DAY)
    assert {message.to for message in sms.messages} == {JO}


def test_a_shadowed_customer_stays_in_shadow_when_the_others_go_live(works: Works, sms: Recorder) -> None:
    bring(works, customers_csv(), "ref,customer,due\nJ1,C1,2026-10-09\nJ2,C2,2026-10-09\n")
    (quiet,) = {row.customer_id for row in works.rows(Shipment)[:1]}
    people.set_mode(works.kit, works.account_id, quiet, Mode.SHADOW, by="Ana")
    works.settle()
    live(works)
    works.clock.advance(DAY)
    works.call([{"ref": ref, "milestone": "eta_changed", "due": "2026-10-16"} for ref in ("J1", "J2")])
    works.forward(DAY)
    assert {message.to for message in sms.messages} == {phone(2)}


def test_plans_that_cannot_be_made_or_applied(works: Works) -> None:
    with pytest.raises(LookupError):
        golive.plan(works.kit, works.account_id, "customer:nobody")
    with pytest.raises(LookupError):
        golive.plan(works.kit, works.account_id, "shipment:shp_none")
    with pytest.raises(LookupError):
        golive.plan(works.kit, works.account_id, "everything")
    with pytest.raises(LookupError):
        golive.apply(works.kit, works.account_id, "pln_none")
    plan = golive.plan(works.kit, works.account_id)
    golive.apply(works.kit, works.account_id, plan.id)
    with pytest.raises(ValueError, match="applied before"):
        golive.apply(works.kit, works.account_id, plan.id)
    with pytest.raises(ValueError, match="plan"):
        people.set_mode(works.kit, works.account_id, "cus_1", Mode.LIVE, by="Ana")


def test_the_plan_names_who_cannot_be_reached(database: Database, clock: ManualClock, sms: Recorder) -> None:
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.post(**departed("J1", tell=["only@example.com"]))
        works.post(**departed("J2"))
        event = departed("J3")
        del event["tell"]
        works.post(**event)
        works.settle()
        plan = golive.plan(works.kit, works.account_id)
        assert plan.missing == ("email",)
        assert plan.followed_by_nobody == 1
        ((_, why),) = plan.unreachable
        assert "email only" in why


def test_the_baseline_is_never_shown_as_told(works: Works) -> None:
    bring(works, customers_csv(), "ref,customer,due,told_date\nJ1,C1,2026-10-16,2026-10-09\n")
    works.settle()
    live(works)
    words = works.rows(Promise, stage="live")
    assert [(row.state.value, row.origin.value, str(row.at_date)) for row in words] == [
        ("told", "declared", "2026-10-09"),
        ("baseline", "message", "2026-10-16"),
    ]
    assert {row.state.value for row in works.rows(Notice, stage="live")} <= {"baseline"}
    works.clock.advance(timedelta(days=1))
    works.settle()
    assert len(works.rows(Promise, stage="live")) == 2
