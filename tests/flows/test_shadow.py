"""What would have been said, counted and shown, on each store."""

from __future__ import annotations

from datetime import date

from service.flows.shadow import Rehearsal, rehearsal
from service.records.enums import Mode
from service.store import keys, twins
from tests.kits import DAY, JO, JO_MAIL, MINUTE, SAM, Works, arrives, departed


def seen(works: Works, days: int = 7, **more: object) -> Rehearsal:
    return rehearsal(works.kit, works.account_id, days, **more)  # type: ignore[arg-type]


def test_counts_by_day_and_person(shadow: Works) -> None:
    shadow.post(**departed(tell=[{"phone": JO, "name": "Jo"}]))
    shadow.post(**departed(ref="PO 2", tell=[{"phone": SAM, "email": JO_MAIL, "name": "Sam"}]))
    shadow.settle()
    shadow.forward(DAY)
    shadow.post(**arrives("2026-10-13", ref="PO 2"))
    shadow.forward(DAY)
    found = seen(shadow)
    assert (found.total.texts, found.total.emails, found.total.held, found.total.waiting) == (3, 1, 0, 0)
    assert found.total.segments == sum(one.segments or 0 for one in shadow.messages(channel="sms"))
    assert {day: one.texts for day, one in found.days.items()} == {date(2026, 9, 17): 2, date(2026, 9, 18): 1}
    assert {found.names[who]: (one.texts, one.emails) for who, one in found.people.items()} == {
        "Jo": (1, 0),
        "Sam": (2, 1),
    }
    assert [(one["code"].value, len(one["messages"])) for one in found.entries] == [("D01", 2), ("M07", 1), ("M07", 1)]
    assert "13 Oct" in found.entries[0]["messages"][0]["body"]


def test_what_is_held_says_why(shadow: Works) -> None:
    shadow.post(**departed())
    shadow.post(ref="PO 4711", milestone="picked_up", at="2026-09-16T10:00:00Z")
    shadow.settle()
    shadow.post(**arrives("2026-10-13"))
    shadow.settle()
    found = seen(shadow)
    assert found.total.held == 1
    assert {rule: one.count for rule, one in found.reasons.items()} == {"level": 1}
    assert "hears from info on" in found.reasons["level"].latest
    (held,) = found.held_now
    assert (held["code"], held["why"][-1]["rule"]) == ("D01", "N3")
    shadow.until(shadow.clock().replace(hour=22))
    shadow.post(**departed(ref="PO 2", at="2026-09-17T21:00:00Z"))
    shadow.settle()
    assert seen(shadow).total.waiting == 1


def test_a_person_alone_and_page_by_page(shadow: Works) -> None:
    for number in range(5):
        shadow.post(**departed(ref=f"PO {number}", tell=[{"phone": JO, "name": "Jo"}, SAM]))
        shadow.settle()
        shadow.clock.advance(MINUTE)
    whole = [one["id"] for one in seen(shadow).entries]
    assert len(whole) == 10
    paged: list[str] = []
    while True:
        found = seen(shadow, after=paged[-1] if paged else None, limit=3)
        paged += [one["id"] for one in found.entries]
        if not found.more:
            break
    assert paged == whole
    jo = next(who for who, name in found.names.items() if name == "Jo")
    assert {one["contact_id"] for one in seen(shadow, contact=jo).entries} == {jo}
    assert seen(shadow, contact=jo).total.texts == seen(shadow).total.texts, "the counts are of everybody"


def test_only_the_days_asked_for(shadow: Works) -> None:
    shadow.post(**departed())
    shadow.settle()
    shadow.forward(3 * DAY)
    assert seen(shadow, days=2).entries == []
    assert seen(shadow, days=2).total.texts == 0
    assert seen(shadow, days=4).total.texts == 1


def test_what_was_said_for_real_is_no_rehearsal(works: Works) -> None:
    works.post(**departed())
    works.settle()
    found = seen(works)
    assert (found.mode, found.total.texts, found.entries) == ("live", 0, [])
    works.go(Mode.SHADOW)
    works.post(**departed(ref="PO 2", tell=[SAM]))
    works.settle()
    found = seen(works)
    assert [one["stage"].value for one in found.entries] == ["rehearsal", "rehearsal"]
    assert {message["notifier"] for one in found.entries for message in one["messages"]} == {"loopback"}


def test_a_test_account_has_a_rehearsal_of_its_own(works: Works) -> None:
    now = works.clock()
    works.database.write(
        lambda conn: keys.create(conn, works.account_id, name="try", scopes=["events"], now=now, test=True)
    )
    with works.database.read() as conn:
        twin = twins.twin_of(conn, works.account_id) or ""
    assert twin
    works.source = type(works.source)(account_id=twin, id="api", name="api", format="native")
    works.post(**departed())
    works.settle()
    assert rehearsal(works.kit, twin, 7).total.texts == 1
    assert seen(works).total.texts == 0
