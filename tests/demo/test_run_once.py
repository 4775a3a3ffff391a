"""The demo from end to end: the tape through the real service, on SQLite, without a browser."""

from __future__ import annotations

import io
import re
import socket

import pytest

from service.demo.player import run_once
from service.demo.server import free_port
from service.demo.tape import ANA, END, EVENTS, LUCIA, OMAR, START, TAPE, TOM


@pytest.fixture(scope="module")
def printed() -> str:
    """What `milepost demo --run-once` prints."""
    out = io.StringIO()
    code = run_once(out)
    text = out.getvalue()
    assert code == 0, text
    return text


def figure(printed: str, name: str) -> str:
    found = re.search(rf"^{re.escape(name)}\s+(.*)$", printed, re.MULTILINE)
    assert found, printed
    return found.group(1)


def test_every_fact_is_kept(printed: str) -> None:
    assert figure(printed, "facts posted") == str(EVENTS)
    assert "MISSING" not in printed


def test_a_ship_that_slips_is_one_text_and_one_e_mail_for_two_orders(printed: str) -> None:
    slips = [line for line in printed.splitlines() if "late" in line and "Mon 21 Sep" in line and "Tue 13 Oct" in line]
    assert sum("  text  " in line for line in slips) == 1
    assert sum("  e-mail  " in line for line in slips) == 1
    assert all("4711" in line and "4715" in line for line in slips if "  text  " in line)


def test_a_small_slip_is_held_and_says_why(printed: str) -> None:
    assert re.search(r"PO 4711 D0[12]: .*N2 .*3 h", printed)


def test_a_flapping_date_is_told_to_nobody(printed: str) -> None:
    assert "Mon 5 Oct" not in "".join(
        line for line in printed.splitlines() if "  text  " in line and "90-B" in line and "now" in line
    )


def test_news_at_night_waits_for_the_morning(printed: str) -> None:
    assert int(figure(printed, "waited for morning").split()[0]) >= 1
    times = [line.split("  ")[0].split()[-1] for line in printed.splitlines() if "  text  " in line]
    assert times
    assert all("08:00" <= at <= "21:00" for at in times)


def test_news_that_became_untrue_is_dropped(printed: str) -> None:
    assert int(figure(printed, "dropped")) >= 1
    assert re.search(r"PO 90-B M12: N10", printed)


def test_a_delay_is_told_early_and_the_reply_is_answered(printed: str) -> None:
    assert int(figure(printed, "told early").split()[0]) > 24
    assert figure(printed, "replies") == "2"
    texts = [line for line in printed.splitlines() if "  text  " in line and ANA in line]
    assert "got it" in texts[-1]


def test_the_tape_is_in_order_and_within_its_month() -> None:
    times = [post.at for post in TAPE]
    assert times == sorted(times)
    assert START <= times[0] <= times[-1] <= END
    people = {person.get("phone") or person["email"] for post in TAPE for person in post.event.get("tell", ())}
    assert people == {ANA, TOM, LUCIA, OMAR}


def of(printed: str, way: str, to: str) -> list[str]:
    """What one person had by one way."""
    return [
        line for line in printed.replace("Harbour:\n", "Harbour: ").splitlines() if f"  {way}" in line and to in line
    ]


def test_a_choice_is_taken_with_one_digit(printed: str) -> None:
    texts = of(printed, "text", ANA)
    asked = next(at for at, line in enumerate(texts) if "2 options" in line)
    assert "PO 4711: you asked for your options" in texts[asked + 1]


def test_what_was_told_and_proved_false_is_put_right_in_spanish(printed: str) -> None:
    texts = of(printed, "text", LUCIA)
    codes = [line for line in texts if "entregado" in line]
    assert len(codes) == 3
    assert "rectificamos HB-2231" in codes[1]


def test_an_order_that_is_overdue_is_told_twice_in_arabic(printed: str) -> None:
    assert re.search(r"PO 61 D03: D03 the owner of this shipment is asked first", printed)
    assert printed.count("لم يصل خبر الوصول بعد") == 2


def test_what_is_too_quiet_for_a_text_comes_in_a_digest(printed: str) -> None:
    digests = [line for line in of(printed, "e-mail", "ana@example.com") if "Your orders" in line]
    assert len(digests) >= 3
    assert all(" 07:30 " in line for line in digests)


def test_no_promise_of_a_word_is_broken(printed: str) -> None:
    """One date told is broken, for the ship did not come; that we would write again was kept."""
    assert figure(printed, "dates told").endswith("1 broken")


def test_the_next_free_port_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = free_port("127.0.0.1", port)
        assert found is not None
        number, sock = found
        sock.close()
    assert port < number < port + 20
