"""Sequences: what a person hears, played through a ledger in which every second look must decide nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from notifiers.base import Channel
from service.records.enums import (
    Level,
    Line,
    MessageState,
    Mode,
    NoticeCode,
    NoticeState,
    Origin,
    PromiseState,
    Reason,
    ReferenceType,
    Stage,
)
from service.records.said import Said
from service.records.situation import AddressView, FactView, RefView, Word
from service.records.when import on_day
from tests.policy.ledger import (
    DAY,
    HOUR,
    MINUTE,
    START,
    Ledger,
    M,
    at,
    due,
    eta,
    fact,
    follower,
    retraction,
    said_dates,
)

DEPARTED = fact(M.DEPARTED, "2026-09-17T11:00", place="CNNGB", place_name="Ningbo")
A, B, C = "2026-10-09", "2026-10-13", "2026-10-17"


def sailing() -> Ledger:
    """A follower who was told that the ship left and is due on A."""
    ledger = Ledger()
    ledger.look(START, DEPARTED, eta(A))
    ledger.send(START)
    assert ledger.codes == ["M07"]
    return ledger


def said(ledger: Ledger) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """What was said: codes with their dates and what stood beside them as "was"."""
    return [(notice.code.value, said_dates(notice)) for _, notice in ledger.said]


def test_a_milestone_is_said_with_the_date() -> None:
    assert said(sailing()) == [("M07", [(A, None)])]


def test_ten_replays_say_nothing_more() -> None:
    ledger = sailing()
    for minutes in range(10):
        again = [replace(one, id=f"{one.id}_{minutes}") for one in (DEPARTED, eta(A))]
        ledger.look(START + minutes * MINUTE, *again)
        ledger.send(START + minutes * MINUTE)
    assert ledger.codes == ["M07"]


def test_a_to_b_to_a_to_b_is_said_each_time_it_settles() -> None:
    ledger = sailing()
    facts = [eta(B, START + DAY), eta(A, START + 2 * DAY), eta(B, START + 3 * DAY)]
    ledger.play(START, START + 5 * DAY, *facts)
    assert said(ledger)[1:] == [("D01", [(B, A)]), ("D13", [(A, B)]), ("D02", [(B, A)])]
    assert [word.ordinal for word in ledger.words] == [1, 2, 3, 4]


def test_a_flap_within_the_settle_time_says_nothing() -> None:
    ledger = sailing()
    ledger.play(START, START + DAY, eta(B, START + HOUR), eta(A, START + HOUR + 50 * MINUTE))
    assert ledger.codes == ["M07"]


def test_a_flap_ends_with_b_once_b_has_held() -> None:
    ledger = sailing()
    late = START + HOUR
    ledger.play(START, START + DAY, eta(B, late), eta(A, late + 20 * MINUTE), eta(B, late + 40 * MINUTE))
    assert said(ledger)[1:] == [("D01", [(B, A)])]
    assert ledger.said[1][0] == late + 40 * MINUTE + 2 * HOUR


def test_steady_updates_do_not_starve_the_news() -> None:
    ledger = sailing()
    updates = [eta(f"2026-10-{13 + n % 3}", START + HOUR + n * 20 * MINUTE) for n in range(12)]
    ledger.play(START, START + 4 * HOUR, *updates)
    assert ledger.codes[1] == "D01"
    assert ledger.said[1][0] == START + 3 * HOUR


def test_a_small_slip_is_held_and_says_why() -> None:
    ledger = sailing()
    decision = ledger.look(START + HOUR, eta("2026-10-10", START + HOUR))
    assert decision.notices == ()
    (held,) = decision.held
    assert [(verdict.rule, verdict.passed) for verdict in held.verdicts] == [("N1", True), ("N2", False)]
    assert held.verdicts[1].text == (
        "it is 24 hours late, and with the date told 22 days ahead only 2 days or more is news"
    )


def test_a_small_slip_becomes_news_when_the_date_is_near() -> None:
    ledger = sailing()
    ledger.play(START, START + 15 * DAY, eta("2026-10-10", START + HOUR))
    assert said(ledger)[1:] == [("D01", [("2026-10-10", A)])]
    assert at("2026-10-09").end - 14 * DAY <= ledger.said[1][0] == START + 8 * DAY + 19 * HOUR


def test_a_slip_past_the_day_it_is_needed_by_always_passes() -> None:
    ledger = sailing()
    ledger.shipment = replace(ledger.shipment, need_by=on_day(at("2026-10-09").on).on)
    ledger.play(START, START + DAY, eta("2026-10-10", START + HOUR))
    assert ledger.codes == ["M07", "D01"]


def test_steps_add_up_against_what_was_told() -> None:
    """20 h and 20 h and 20 h: compared with the last step none is news, compared with the told day the third is."""
    ledger = sailing()
    steps = ["2026-10-09T16:00", "2026-10-10T12:00", "2026-10-11T08:00", "2026-10-12T04:00"]
    ledger.play(START, START + 3 * DAY, *(eta(day, START + (n + 1) * 4 * HOUR) for n, day in enumerate(steps)))
    assert said(ledger)[1:] == [("D01", [("2026-10-12", A)])]


def test_a_slip_withdrawn_overnight_is_never_said() -> None:
    ledger = sailing()
    late = START + 9 * HOUR
    ledger.look(late, eta(B, late))
    ledger.look(late + 2 * HOUR)
    (waiting,) = ledger.waiting
    assert waiting.not_before == START + 19 * HOUR
    decision = ledger.look(late + 5 * HOUR, eta(A, late + 5 * HOUR))
    assert [(one.notice_id, one.state) for one in decision.ended] == [(waiting.id, NoticeState.SUPERSEDED)]
    ledger.play(late + 5 * HOUR, START + 2 * DAY)
    assert ledger.codes == ["M07"]


def test_a_slip_that_moves_on_overnight_is_said_once_with_the_newest_date() -> None:
    ledger = sailing()
    late = START + 9 * HOUR
    ledger.play(late, START + 2 * DAY, eta(B, late), eta(C, late + 4 * HOUR))
    assert said(ledger)[1:] == [("D01", [(C, A)])]
    assert ledger.said[1][0] == START + 19 * HOUR
    assert [word.state for word in ledger.words] == [PromiseState.TOLD, PromiseState.NEVER_TOLD, PromiseState.TOLD]


def test_a_date_that_came_earlier_by_a_day_is_m10() -> None:
    ledger = sailing()
    ledger.play(START, START + DAY, eta("2026-10-07", START + HOUR))
    assert said(ledger)[1:] == [("M10", [("2026-10-07", A)])]


def test_delivered_then_retracted_then_delivered_is_two_occurrences() -> None:
    ledger = Ledger()
    first = fact(M.DELIVERED, "2026-09-17T11:00", key="e1")
    ledger.look(START, first)
    ledger.send(START)
    decision = ledger.look(START + HOUR, retraction(first, START + HOUR))
    assert decision.closed == ("occ_0",)
    assert not decision.summary.closed
    ledger.look(START + 2 * HOUR, fact(M.DELIVERED, "2026-09-17T13:30", START + 2 * HOUR, key="e2"))
    ledger.send(START + 2 * HOUR)
    assert [notice.subject for _, notice in ledger.said] == ["delivered:::1", "delivered:::2"]


def test_a_retraction_while_another_source_stands_says_nothing() -> None:
    ledger = Ledger()
    mine = fact(M.DELIVERED, "2026-09-17T11:00", key="e1")
    theirs = fact(M.DELIVERED, "2026-09-17T11:20", key="e1", source_id="src_b")
    ledger.look(START, mine, theirs)
    ledger.send(START)
    decision = ledger.look(START + HOUR, retraction(mine, START + HOUR))
    assert (decision.closed, decision.opened, decision.notices, decision.summary.status) == ((), (), (), "delivered")
    assert ledger.codes == ["M20"]


def test_two_sources_are_one_occurrence() -> None:
    ledger = Ledger()
    ledger.look(START, DEPARTED)
    ledger.send(START)
    theirs = fact(M.DEPARTED, "2026-09-17T11:40", START + HOUR, place_name="ningbo", source_id="src_b", key="x")
    decision = ledger.look(START + HOUR, theirs)
    assert decision.opened == ()
    assert ledger.codes == ["M07"]


def test_two_hubs_are_said_to_somebody_who_wants_every_step() -> None:
    ledger = Ledger(followers=[follower(level=Level.DIGEST)])
    ledger.look(START, DEPARTED)
    ledger.send(START)
    for n, place in enumerate(["SGSIN", "LKCMB"]):
        now = START + (4 * n + 2) * DAY
        ledger.look(now, fact(M.TRANSSHIPMENT_ARRIVED, f"2026-09-{19 + 4 * n}T11:00", now, place=place))
        ledger.send(now)
        ledger.look(now + DAY, fact(M.DEPARTED, f"2026-09-{20 + 4 * n}T11:00", now + DAY, place=place))
        ledger.send(now + DAY)
    assert [notice.subject for _, notice in ledger.said] == [
        "departed:CNNGB::1",
        "transshipment_arrived:SGSIN::1",
        "transshipment_departed:SGSIN::1",
        "transshipment_arrived:LKCMB::1",
        "transshipment_departed:LKCMB::1",
    ]


def test_two_attempts_are_two_and_reports_of_one_are_one() -> None:
    ledger = Ledger()
    first = fact(M.DELIVERY_ATTEMPT_FAILED, "2026-09-17T09:00", reason=Reason.SITE_CLOSED)
    same = fact(M.DELIVERY_ATTEMPT_FAILED, "2026-09-17T09:40", source_id="src_b")
    ledger.look(START, first, same)
    ledger.send(START)
    now = START + DAY
    ledger.look(now, fact(M.DELIVERY_ATTEMPT_FAILED, "2026-09-18T09:00", now, key="second"))
    ledger.send(now)
    assert [(n.code, n.subject) for _, n in ledger.said] == [
        (NoticeCode.DELIVERY_MISSED, "delivery_attempt_failed:::1"),
        (NoticeCode.DELIVERY_MISSED, "delivery_attempt_failed:::2"),
    ]


def test_an_attempt_that_is_reported_late_does_not_repeat_the_newer_one() -> None:
    ledger = Ledger()
    now = START + DAY
    ledger.look(now, fact(M.DELIVERY_ATTEMPT_FAILED, "2026-09-18T09:00", now, key="second"))
    ledger.send(now)
    ledger.look(now + HOUR, fact(M.DELIVERY_ATTEMPT_FAILED, "2026-09-17T09:00", now + HOUR, key="first"))
    ledger.send(now + HOUR)
    assert ledger.spoken[-1].state is NoticeState.BASELINE
    assert len(ledger.said) == 1


def test_shadow_compares_as_live_does_and_live_begins_anew() -> None:
    ledger = sailing_in(Mode.SHADOW)
    ledger.play(START, START + DAY, eta(B, START + HOUR))
    assert {notice.stage for _, notice in ledger.said} == {Stage.REHEARSAL}
    assert said(ledger) == [("M07", [(A, None)]), ("D01", [(B, A)])]
    ledger.account = replace(ledger.account, mode=Mode.LIVE)
    ledger.close_as = "went live"
    decision = ledger.look(START + DAY)
    assert {notice.state for notice in decision.notices} == {NoticeState.BASELINE}
    ledger.play(START + DAY, START + 3 * DAY, eta(C, START + 2 * DAY))
    assert said(ledger)[2:] == [("D01", [(C, None)])]
    assert ledger.said[-1][1].stage is Stage.LIVE


def sailing_in(mode: Mode) -> Ledger:
    """The same first look as `sailing`, in another mode."""
    ledger = Ledger()
    ledger.account = replace(ledger.account, mode=mode)
    ledger.look(START, DEPARTED, eta(A))
    ledger.send(START)
    return ledger


def test_off_says_nothing_and_ends_what_waits() -> None:
    assert sailing_in(Mode.OFF).spoken == []
    ledger = Ledger()
    ledger.look(START, DEPARTED)
    ledger.shipment = replace(ledger.shipment, mode=Mode.OFF)
    assert [one.state for one in ledger.look(START).ended] == [NoticeState.SUPERSEDED]


def test_a_change_of_stage_ends_what_waits() -> None:
    ledger = sailing_in(Mode.SHADOW)
    ledger.look(START, fact(M.ARRIVED_DESTINATION, "2026-09-17T11:30", place="GBFXT"))
    ledger.account = replace(ledger.account, mode=Mode.LIVE)
    ledger.close_as = "went live"
    decision = ledger.look(START)
    assert [one.why for one in decision.ended] == ["this shipment is at the live stage now"]


def test_a_declared_date_may_be_printed_as_was() -> None:
    ledger = Ledger()
    ledger.shipment = replace(ledger.shipment, first_load_at=START)
    declared = Word(
        "prm_x", "ctc_1", Stage.LIVE, Line.ARRIVAL, "", 1, PromiseState.TOLD, on_day(at(A).on), START, Origin.DECLARED
    )
    ledger.words.append(declared)
    ledger.play(START, START + DAY, eta(B, START + HOUR))
    assert said(ledger) == [("D01", [(B, A)])]


def test_a_first_load_is_silent_and_the_next_change_speaks() -> None:
    ledger = Ledger()
    ledger.shipment = replace(ledger.shipment, first_load_at=START)
    decision = ledger.look(START, DEPARTED, eta(A))
    assert [(one.state, one.why[0].rule) for one in decision.notices] == [(NoticeState.BASELINE, "N13")]
    assert [(word.line, word.when and word.when.on.isoformat()) for word in decision.baselines] == [(Line.ARRIVAL, A)]
    ledger.play(START, START + 2 * DAY, eta(B, START + DAY))
    assert said(ledger) == [("D01", [(B, None)])]


@pytest.mark.parametrize(
    ("received", "codes"), [(START, []), (START + HOUR, ["D12"])], ids=["with the load", "an hour after it"]
)
def test_a_day_that_is_not_over_is_history_only_where_it_came_with_the_load(
    received: datetime, codes: list[str]
) -> None:
    ledger = Ledger()
    ledger.shipment = replace(ledger.shipment, first_load_at=START)
    ledger.play(START, START + DAY, fact(M.DELIVERY_ATTEMPT_FAILED, START.date().isoformat(), received))
    assert ledger.codes == codes


def test_a_slip_known_before_the_first_look_is_measured_from_the_load() -> None:
    ledger = Ledger()
    ledger.shipment = replace(ledger.shipment, first_load_at=START)
    decision = ledger.look(START + HOUR, eta(A), eta(B, START + HOUR))
    assert [word.when and word.when.on.isoformat() for word in decision.baselines] == [A]
    assert decision.look_at == START + 3 * HOUR


def test_two_years_of_history_say_nothing() -> None:
    ledger = Ledger()
    old = [
        fact(milestone, f"2024-0{n + 1}-10T09:00", place="GBFXT" if n > 3 else "CNNGB")
        for n, milestone in enumerate([M.BOOKING_CONFIRMED, M.PICKED_UP, M.LOADED, M.DEPARTED, M.ARRIVED_DESTINATION])
    ]
    ledger.look(START, *old, fact(M.DELIVERED, "2024-07-01"))
    assert ledger.send(START) == []
    assert {one.state for one in ledger.spoken} == {NoticeState.BASELINE}


@pytest.mark.parametrize(("hours", "spoken"), [(71, ["M07"]), (73, [])])
def test_a_late_fact_makes_history_only(hours: int, spoken: list[str]) -> None:
    ledger = Ledger()
    now = START - HOUR + hours * HOUR
    ledger.look(now, replace(DEPARTED, received_at=now, stated_at=now))
    ledger.play(now, now + DAY)
    assert ledger.codes == spoken


def test_a_step_that_was_overtaken_is_not_said() -> None:
    ledger = Ledger()
    arrived = fact(M.ARRIVED_DESTINATION, "2026-09-17T11:30", place="GBFXT")
    decision = ledger.look(START, fact(M.DEPARTED, "2026-09-16T09:00", place="NLRTM"), arrived)
    by_code = {notice.code: notice for notice in decision.notices}
    assert by_code[NoticeCode.DEPARTED].why[-1].text == (
        'it was overtaken by "Arrived at the destination port or airport"'
    )
    assert by_code[NoticeCode.ARRIVED_PORT].state is NoticeState.WAITING


def test_overnight_only_the_newest_step_is_kept_and_carries_the_date() -> None:
    ledger = sailing()
    late = START + 10 * HOUR
    arrived = fact(M.ARRIVED_DESTINATION, "2026-09-17T21:30", late, place="GBFXT")
    ledger.look(late, arrived, due("2026-10-13", late))
    truck = fact(M.OUT_FOR_DELIVERY, "2026-09-18T06:00", late + 8 * HOUR)
    ledger.play(late, START + DAY, truck, due("2026-09-18", late + 8 * HOUR, key="today"))
    assert said(ledger)[1:] == [("M19", [("2026-09-18", None)])]
    assert ledger.spoken[1].why_ended == 'it was overtaken by "Out for delivery" (M19)'


def test_out_for_delivery_is_never_said_after_delivered() -> None:
    ledger = Ledger()
    night = START + 12 * HOUR
    ledger.look(night, fact(M.OUT_FOR_DELIVERY, "2026-09-17T23:30", night))
    ledger.play(night, START + 2 * DAY, fact(M.DELIVERED, "2026-09-18T05:00", night + 5 * HOUR))
    assert ledger.codes == ["M20"]


def test_a_waiting_text_is_renewed_when_its_date_changes() -> None:
    ledger = Ledger()
    night = START + 10 * HOUR
    ledger.look(night, replace(DEPARTED, received_at=night), eta(A, night))
    decision = ledger.look(night + HOUR, eta("2026-10-10", night + HOUR))
    assert [one.why for one in decision.ended] == ["what it says has changed, so it is said anew"]
    assert [(one.ordinal, said_dates(one)) for one in decision.notices] == [(2, [("2026-10-10", None)])]
    ledger.play(night + HOUR, START + 2 * DAY)
    assert said(ledger) == [("M07", [("2026-10-10", None)])]


def test_a_milestone_that_carries_a_delay_is_as_loud_and_says_was() -> None:
    ledger = sailing()
    now = START + DAY
    ledger.look(now, fact(M.CUSTOMS_CLEARED, "2026-09-18T11:00", now), eta(B, now, reason=Reason.PORT_CONGESTION))
    (notice,) = ledger.waiting
    assert (notice.code, notice.level, said_dates(notice)) == (NoticeCode.CUSTOMS_CLEARED, Level.ACTION, [(B, A)])
    assert notice.params["reason"] == "port_congestion"
    ledger.play(now, now + DAY)
    assert ledger.codes == ["M07", "M15"]


def test_a_date_said_again_makes_no_new_promise() -> None:
    ledger = sailing()
    now = START + DAY
    decision = ledger.look(now, fact(M.CUSTOMS_CLEARED, "2026-09-18T11:00", now))
    (notice,) = decision.notices
    assert notice.promises == ()
    assert [date.unchanged for date in Said.from_json(notice.params).dates] == [True]


def test_who_joins_late_gets_the_present_once() -> None:
    ledger = sailing()
    joined = START + 2 * DAY
    ledger.followers.append(follower("ctc_2", since=joined))
    decision = ledger.look(joined)
    states = {(one.contact_id, one.code): one.state for one in decision.notices}
    assert states == {
        ("ctc_2", NoticeCode.DEPARTED): NoticeState.BASELINE,
        ("ctc_2", NoticeCode.WATCH_STARTED): NoticeState.WAITING,
    }
    ledger.play(joined, joined + DAY)
    assert said(ledger)[1:] == [("M01", [(A, None)])]


def test_who_is_named_in_the_event_gets_the_event_and_no_welcome() -> None:
    assert sailing().codes == ["M07"]


def test_the_welcome_is_folded_into_the_first_news() -> None:
    ledger = sailing()
    joined = START + 9 * HOUR + 30 * MINUTE
    ledger.followers = [follower("ctc_2", since=joined)]
    ledger.look(joined)
    ledger.play(joined, START + 2 * DAY, fact(M.ARRIVED_DESTINATION, "2026-09-18T02:00", joined + 5 * HOUR))
    assert ledger.codes == ["M07", "M12"]


@pytest.mark.parametrize("since", [START - DAY, START])
def test_a_bulk_load_welcomes_nobody(since: object) -> None:
    ledger = Ledger(followers=[follower(since=since)])
    ledger.shipment = replace(ledger.shipment, first_load_at=START)
    ledger.play(START, START + DAY, replace(DEPARTED, received_at=START - 2 * DAY), eta(A, START - 2 * DAY))
    assert ledger.codes == []


def test_who_cannot_be_reached_is_baselined_and_noted() -> None:
    ledger = Ledger(followers=[follower(addresses=(AddressView("a", Channel.SMS, suppressed=True),))])
    decision = ledger.look(START, DEPARTED, eta(A))
    assert [one.state for one in decision.notices] == [NoticeState.BASELINE]
    assert [word.why for word in decision.baselines] == ["every address of this person is suppressed"]
    assert decision.notes == {"unreachable:ctc_1": "every address of this person is suppressed"}
    ledger.play(START, START + DAY, eta(B, START + HOUR))
    assert [word.when and word.when.on.isoformat() for word in ledger.words] == [A, B]
    assert ledger.codes == []


def test_a_suppressed_phone_leaves_the_mail() -> None:
    ways = (AddressView("a", Channel.SMS, suppressed=True), AddressView("b", Channel.EMAIL))
    decision = Ledger(followers=[follower(addresses=ways)]).look(START, DEPARTED)
    assert decision.notices[0].channels == ((Channel.EMAIL, "b"),)


def test_action_goes_out_on_both_channels_at_once() -> None:
    ledger = sailing()
    ledger.look(START + HOUR, eta(B, START + HOUR))
    (slip,) = ledger.look(START + 3 * HOUR).notices
    assert (slip.channels[0][0], [channel for channel, _ in slip.also]) == (Channel.SMS, [Channel.EMAIL])


@pytest.mark.parametrize(
    ("level", "codes"),
    [
        (Level.DIGEST, ["M03", "M07", "D01"]),
        (Level.INFO, ["M07", "D01"]),
        (Level.NOTICE, []),
        (Level.ACTION, []),
    ],
)
def test_the_level_decides_who_hears_what(level: Level, codes: list[str]) -> None:
    ledger = Ledger(followers=[follower(level=level)])
    picked = fact(M.PICKED_UP, "2026-09-17T08:00")
    departed = fact(M.DEPARTED, "2026-09-17T16:00", START + 4 * HOUR, place="CNNGB")
    ledger.play(START, START + 2 * DAY, picked, eta(A), departed, eta(B, START + DAY))
    assert ledger.codes == codes


def test_while_a_text_is_uncertain_nothing_new_is_said_on_its_line() -> None:
    ledger = sailing()
    ledger.look(START + HOUR, eta(B, START + HOUR))
    ledger.look(START + 3 * HOUR)
    (flying,) = ledger.waiting
    ledger.fly(flying.id, MessageState.UNCERTAIN)
    decision = ledger.look(START + 4 * HOUR, eta(C, START + 4 * HOUR))
    assert (decision.notices, decision.ended, decision.still) == ((), (), (flying.id,))
    decision = ledger.look(START + 7 * HOUR)
    assert decision.held[0].verdicts[-1].rule == "uncertain"
    ledger.settle(flying.id, NoticeState.UNKNOWN, START + 8 * HOUR)
    decision = ledger.look(START + 8 * HOUR)
    assert [said_dates(one) for one in decision.notices] == [[(C, A)]]


def test_a_text_that_stays_uncertain_silences_its_line_only_while_it_is_of_use() -> None:
    ledger = sailing()
    ledger.look(START + HOUR, eta(B, START + HOUR))
    ledger.look(START + 3 * HOUR)
    (flying,) = ledger.waiting
    ledger.fly(flying.id, MessageState.UNCERTAIN)
    decision = ledger.look(START + 7 * HOUR, eta(C, START + 4 * HOUR))
    assert (decision.notices, decision.look_at) == ((), START + 9 * HOUR)
    decision = ledger.look(START + 9 * HOUR)
    assert [said_dates(one) for one in decision.notices] == [[(C, A)]]
    assert decision.still == (flying.id,)


def test_what_is_unknown_is_not_said_again() -> None:
    ledger = sailing()
    ledger.look(START + HOUR, eta(B, START + HOUR))
    ledger.look(START + 3 * HOUR)
    ledger.send(START + 3 * HOUR, NoticeState.UNKNOWN)
    ledger.play(START + 3 * HOUR, START + DAY)
    assert ledger.codes == ["M07"]


def test_what_expired_and_still_stands_is_said_again() -> None:
    ledger = sailing()
    ledger.look(START + HOUR, eta(B, START + HOUR))
    ledger.look(START + 3 * HOUR)
    ledger.settle(ledger.waiting[0].id, NoticeState.EXPIRED, START + 20 * HOUR)
    ledger.play(START + 20 * HOUR, START + DAY)
    assert said(ledger)[1:] == [("D01", [(B, A)])]
    assert [word.ordinal for word in ledger.words] == [1, 2, 3]


def test_a_departure_that_expired_is_said_again_only_while_it_is_news() -> None:
    ledger = Ledger()
    ledger.look(START, DEPARTED)
    ledger.settle(ledger.waiting[0].id, NoticeState.EXPIRED, START + 12 * HOUR)
    assert len(ledger.look(START + DAY).notices) == 1
    ledger.settle(ledger.waiting[0].id, NoticeState.EXPIRED, START + 4 * DAY)
    assert ledger.look(START + 4 * DAY).notices == ()


def test_what_no_channel_takes_is_closed_not_tried_for_ever() -> None:
    ledger = sailing()
    ledger.look(START + HOUR, eta(B, START + HOUR))
    ledger.look(START + 3 * HOUR)
    ledger.settle(ledger.waiting[0].id, NoticeState.UNSAID, START + 3 * HOUR, MessageState.FAILED)
    decision = ledger.look(START + 3 * HOUR)
    assert [one.state for one in decision.notices] == [NoticeState.BASELINE]
    assert decision.notes == {"unreachable:ctc_1": "it failed on every channel, or was cancelled"}
    assert ledger.look(START + DAY).notices == ()


def test_a_ship_named_joins_and_waits_its_window() -> None:
    ledger = Ledger()
    voyage: dict[str, Any] = {"vessel": "Ever Aspire", "imo": "9893979", "voyage": "1234E", "place": "GBFXT"}
    ledger.look(
        START, replace(DEPARTED, vessel="Ever Aspire", imo="9893979", voyage="1234E"), replace(eta(A), **voyage)
    )
    (departed,) = ledger.waiting
    assert departed.not_before == START + 5 * MINUTE
    ledger.send(START + 5 * MINUTE)
    ledger.look(START + HOUR, replace(eta(B, START + HOUR), **voyage))
    assert ledger.last is not None
    assert ledger.last.look_at == START + 3 * HOUR - 5 * MINUTE
    (slip,) = ledger.look(START + 3 * HOUR - 5 * MINUTE).notices
    assert (slip.cause, slip.joins, slip.not_before) == ("delay:9893979:1234E:GBFXT", True, START + 3 * HOUR)


def test_twelve_orders_on_one_ship_share_a_cause() -> None:
    causes = set()
    for n in range(12):
        ledger = Ledger()
        ledger.shipment = replace(ledger.shipment, id=f"shp_{n}", refs=(RefView(ReferenceType.PO, str(n)),))
        ledger.play(START, START + 2 * HOUR, DEPARTED, eta(A))
        ship: dict[str, Any] = {"vessel": "Ever Aspire", "voyage": "1234E", "place": "GBFXT"}
        ledger.play(START + 2 * HOUR, START + DAY, replace(eta(B, START + 3 * HOUR), **ship))
        causes.add(ledger.said[-1][1].cause)
        assert ledger.said[-1][1].params["ref"] == f"PO {n}"
    assert causes == {"delay:EVER ASPIRE:1234E:GBFXT"}


def test_several_containers_are_counted() -> None:
    ledger = Ledger()
    boxes = [fact(M.DELIVERED, f"2026-09-17T0{n + 6}:00", unit=f"TCNU{n}") for n in range(3)]
    waiting = fact(M.DEPARTED, "2026-09-10T08:00", unit="TCNU2", place="CNNGB")
    decision = ledger.look(START, *boxes[:2], waiting)
    assert decision.summary.status_text == "2 of 3 delivered"
    ledger.play(START, START + 50 * MINUTE)
    assert [(n.code.value, n.params["units_done"], n.params["units"]) for _, n in ledger.said] == [("D11", 2, 3)]
    ledger.look(START + HOUR, replace(boxes[2], received_at=START + HOUR))
    ledger.send(START + HOUR)
    assert ledger.codes == ["D11", "M20"]


def test_a_delay_without_a_date_says_so_and_a_date_replaces_it() -> None:
    ledger = sailing()
    now = START + DAY
    ledger.look(now, fact(M.DELAYED, "2026-09-18T11:00", now, reason=Reason.STRIKE))
    assert [(one.code, one.params["reason"]) for one in ledger.waiting] == [(NoticeCode.DELAY_NO_DATE, "strike")]
    decision = ledger.look(now + MINUTE, eta(B, now + MINUTE))
    assert len(decision.ended) == 1
    ledger.play(now + MINUTE, now + DAY)
    assert said(ledger)[1:] == [("D01", [(B, A)])]


@pytest.mark.parametrize(
    ("milestone", "code"),
    [
        (M.EXCEPTION, NoticeCode.PROBLEM),
        (M.BOOKING_CHANGED_CANCELLED, NoticeCode.BOOKING_CANCELLED),
        (M.RETURNED_SHIPPER, NoticeCode.RETURNED),
    ],
)
def test_trouble_without_a_text_of_its_own_is_said_without_a_date(milestone: M, code: NoticeCode) -> None:
    ledger = sailing()
    now = START + DAY
    (notice,) = ledger.look(now, fact(milestone, "2026-09-18T11:00", now)).notices
    assert (notice.code, notice.level, notice.params["dates"]) == (code, Level.ACTION, [])
    assert notice.promises == ()


def test_an_unchanged_date_is_not_held_back() -> None:
    ledger = sailing()
    assert ledger.look(START + HOUR, eta(A, START + HOUR, key="again")).held == ()


def test_damage_is_critical() -> None:
    (notice,) = Ledger().look(START, fact(M.EXCEPTION, "2026-09-17T11:00", flags=("damaged",))).notices
    assert (notice.code, notice.level) == (NoticeCode.DAMAGED, Level.CRITICAL)


def test_a_hold_that_was_lifted_is_not_said() -> None:
    ledger = Ledger()
    night = START + 10 * HOUR
    ledger.look(night, fact(M.CUSTOMS_HOLD, "2026-09-17T21:30", night))
    ledger.play(night, START + DAY, fact(M.CUSTOMS_CLEARED, "2026-09-18T02:00", night + 5 * HOUR))
    assert ledger.codes == ["M15"]


def test_a_future_actual_waits_for_its_time() -> None:
    ledger = Ledger()
    decision = ledger.look(START, fact(M.DELIVERED, "2026-09-17T18:00"))
    assert (decision.notices, decision.look_at, decision.summary.flags) == (
        (),
        START + 5 * HOUR + 45 * MINUTE,
        ("future_actual",),
    )
    ledger.play(START, START + DAY)
    assert ledger.codes == ["M20"]


def test_a_told_occurrence_whose_facts_are_gone_breaks_nothing() -> None:
    ledger = sailing()
    decision = ledger.look(START + HOUR, retraction(DEPARTED, START + HOUR))
    assert (decision.closed, decision.summary.status) == (("occ_0",), "registered")
    assert [new.code.value for new in decision.notices] == ["D16"]


def test_somebody_who_leaves_hears_no_more() -> None:
    ledger = Ledger()
    ledger.look(START, DEPARTED)
    ledger.followers = []
    assert [one.why for one in ledger.look(START).ended] == ["this person no longer follows the shipment"]


def test_a_delay_that_waits_is_dropped_when_the_ship_arrives() -> None:
    ledger = sailing()
    late = START + 9 * HOUR
    ledger.look(late, eta("2026-09-20", late, key="early"), eta(B, late + MINUTE))
    ledger.look(late + 3 * HOUR)
    (waiting,) = ledger.waiting
    arrived = fact(M.ARRIVED_DESTINATION, "2026-09-18T00:30", late + 4 * HOUR, place="GBFXT")
    assert [one.notice_id for one in ledger.look(late + 4 * HOUR, arrived).ended] == [waiting.id]
    ledger.play(late + 4 * HOUR, START + 2 * DAY)
    assert ledger.codes == ["M07", "M12"]


def test_who_joins_many_shipments_at_a_time_has_one_cause() -> None:
    ledger = sailing()
    ledger.followers = [follower("ctc_2", since=START + DAY, business=True)]
    (_, welcome) = ledger.look(START + DAY).notices
    assert (welcome.cause, welcome.joins) == ("M01:welcome", True)
    assert welcome.not_before == START + DAY + 5 * MINUTE


def test_every_milestone_said_to_each_of_several_people() -> None:
    ledger = Ledger(followers=[follower("ctc_2"), follower("ctc_1")])
    decision = ledger.look(START, DEPARTED, eta(A))
    assert [one.contact_id for one in decision.notices] == ["ctc_1", "ctc_2"]


def test_the_furthest_date_told_is_watched() -> None:
    ledger = Ledger()
    ledger.look(START, DEPARTED, eta(A), due("2026-10-20"))
    ledger.send(START)
    ledger.play(START, START + DAY, eta(B, START + HOUR))
    assert ledger.codes == ["M07"]
    ledger.play(START + DAY, START + 2 * DAY, due("2026-10-24", START + DAY))
    assert said(ledger)[1:] == [("D01", [("2026-10-24", "2026-10-20")])]


def test_a_nearer_date_that_passes_the_furthest_one_told_is_news() -> None:
    ledger = sailing()
    ledger.look(
        START + HOUR, fact(M.CUSTOMS_CLEARED, "2026-09-17T12:30", START + HOUR), due("2026-10-12", START + HOUR)
    )
    ledger.send(START + HOUR)
    ledger.play(START + HOUR, START + DAY, eta(C, START + 2 * HOUR))
    assert said(ledger)[1:] == [("M15", [("2026-10-12", None)]), ("D01", [(C, A)])]


@pytest.mark.parametrize(
    ("before", "ended"),
    [
        ((), False),
        ((fact(M.DELIVERED, "2026-09-17T11:30"),), True),
        ((fact(M.RETURNED_SHIPPER, "2026-09-17T11:30"),), True),
    ],
    ids=["on the way", "delivered", "sent back"],
)
def test_a_problem_after_the_end_says_nothing_of_dates(before: tuple[FactView, ...], ended: bool) -> None:
    ledger = Ledger()
    ledger.look(START, DEPARTED, eta(A), *before)
    ledger.send(START)
    ledger.look(START + HOUR, fact(M.EXCEPTION, "2026-09-17T12:30", START + HOUR, reason=Reason.RECOUNT))
    ledger.send(START + HOUR)
    assert ledger.codes[-1] == "D20"
    assert Said.from_json(ledger.said[-1][1].params).ended is ended


@pytest.mark.parametrize(
    ("end", "at", "codes"),
    [
        (M.DELIVERED, "2026-09-17T13:30", ["M07", "M20"]),
        (M.RETURNED_SHIPPER, "2026-09-17T13:30", ["M07", "D19"]),
        (M.DELIVERED, "2026-09-17T11:30", ["M07", "D20", "M20"]),
        (M.OUT_FOR_DELIVERY, "2026-09-17T13:30", ["M07", "D20", "M19"]),
    ],
    ids=["delivered since", "sent back since", "found after delivery", "on the way since"],
)
def test_a_problem_that_waits_is_not_told_once_it_came_to_its_end(end: M, at: str, codes: list[str]) -> None:
    ledger = Ledger()
    ledger.look(START, DEPARTED, eta(A))
    ledger.send(START)
    ledger.look(START + HOUR, fact(M.EXCEPTION, "2026-09-17T12:30", START + HOUR, reason=Reason.RECOUNT))
    assert [one.code.value for one in ledger.waiting] == ["D20"]
    ledger.look(START + 2 * HOUR, fact(end, at, START + 2 * HOUR))
    ledger.send(START + 2 * HOUR)
    assert sorted(ledger.codes) == sorted(codes)
