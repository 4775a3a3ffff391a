"""The demo from end to end: the tape through the real service, on SQLite, without a browser."""

from __future__ import annotations

import io
import re
import socket

import pytest

from service.demo.player import run_once
from service.demo.server import free_port
from service.demo.tape import ANA, END, LEA, START, TAPE, TOM


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
    assert figure(printed, "facts posted") == str(len(TAPE))
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
    assert figure(printed, "replies") == "1"
    texts = [line for line in printed.splitlines() if "  text  " in line and ANA in line]
    assert "got it" in texts[-1]


def test_the_tape_is_in_order_and_within_its_month() -> None:
    times = [post.at for post in TAPE]
    assert times == sorted(times)
    assert START <= times[0] <= times[-1] <= END
    people = {person.get("phone") or person["email"] for post in TAPE for person in post.event.get("tell", ())}
    assert people == {ANA, TOM, LEA}


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
