"""Health, figures, and what is answered while the database is away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial

from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Connection

from notifiers.base import Channel
from notifiers.testing import Recorder
from service.flows import decide, ticking
from service.flows.kit import Ready
from service.store import channels
from service.store.engine import Database
from service.store.errors import StoreUnavailable
from tests.api.service import PHONE, Service, problem


def checks(service: Service) -> tuple[int, dict[str, str]]:
    found = service.client.get("/readyz")
    return found.status_code, {one["check"]: one["status"] for one in found.json()["checks"]}


def test_a_fresh_service_is_ready(service: Service) -> None:
    status, found = checks(service)
    assert status == 200
    assert found == {"database": "ok", "oldest_due_message": "ok", "last_tick": "warn", "notifiers": "ok"}
    assert service.client.get("/healthz").json()["status"] == "ok"


def test_without_ticks_it_is_not_ready(service: Service) -> None:
    ticking.once(service.kit, "audit", timedelta(minutes=1), lambda: None)
    assert checks(service)[1]["last_tick"] == "ok"
    service.clock.advance(timedelta(minutes=4))
    status, found = checks(service)
    assert (status, found["last_tick"]) == (503, "fail")


def test_messages_that_do_not_leave_make_it_not_ready(service: Service) -> None:
    service.shipment()
    decide.run_due(service.kit)
    service.clock.advance(timedelta(minutes=10))
    status, found = checks(service)
    assert (status, found["oldest_due_message"]) == (503, "fail")


def test_a_silent_source_is_a_warning(service: Service) -> None:
    service.post("/v1/sources", {"name": "carrier", "format": "native", "usual_lag_minutes": 60})
    service.clock.advance(timedelta(hours=24))
    assert [one for name, one in checks(service)[1].items() if name.startswith("feed:")] == ["ok"]
    service.clock.advance(timedelta(minutes=2))
    status, found = checks(service)
    assert status == 200
    assert [one for name, one in found.items() if name.startswith("feed:")] == ["warn"]
    assert "carrier" not in service.client.get("/readyz").text


def test_a_stopping_process_is_not_ready(service: Service) -> None:
    service.app.state.deps.stop()
    assert checks(service) == (503, {"process": "fail"})


@contextmanager
def two_providers(service: Service) -> Iterator[None]:
    """As if `north` (60 points) and `south` were configured for texts, and `mail` for e-mails."""
    deps = service.app.state.deps
    texts = [Recorder(Channel.SMS, name=name) for name in ("north", "south")]
    ways = [Ready(one.name, one, one.sender, True, share) for one, share in zip(texts, (60, 40), strict=True)]
    mail = Recorder(Channel.EMAIL, name="mail")
    live = {Channel.SMS: tuple(ways), Channel.EMAIL: (Ready("mail", mail, mail.sender, True),)}
    object.__setattr__(deps, "kit", replace(service.kit, live=live))
    yield
    object.__setattr__(deps, "kit", service.kit)


def notifiers(service: Service) -> dict[str, dict[str, object]]:
    found = service.client.get("/readyz").json()["checks"]
    return {one["check"].partition(":")[2]: one for one in found if one["check"].startswith("notifier:")}


def test_each_provider_shows_its_share(service: Service) -> None:
    with two_providers(service):
        found = notifiers(service)
        assert {name: one["status"] for name, one in found.items()} == {"north": "ok", "south": "ok", "mail": "ok"}
        assert (found["north"]["share"], found["north"]["share_at_rest"]) == (60, 60)
        assert "share" not in found["mail"], "it carries e-mails alone"


def test_a_share_that_moved_is_a_warning(service: Service) -> None:
    now = service.clock()
    with two_providers(service):
        service.kit.database.write(lambda conn: channels.move(conn, "north", 50, "73 calls failed", now))
        north = notifiers(service)["north"]
        assert (north["status"], north["share"], north["share_at_rest"]) == ("warn", 50, 60)
        assert "73 calls failed" in str(north["text"])
        assert checks(service)[0] == 200


def test_one_provider_down_is_a_warning_and_all_are_a_failure(service: Service) -> None:
    now = service.clock()
    with two_providers(service):
        for name, status, codes in (("north", "warn", 200), ("south", "fail", 503)):
            until = now + timedelta(minutes=1)
            service.kit.database.write(partial(channels.pause, notifier=name, until=until, why="closed", now=now))
            assert notifiers(service)[name]["status"] == status
            assert checks(service)[0] == codes
        service.clock.advance(timedelta(minutes=2))
        assert notifiers(service)["north"]["status"] == "warn", "until something has passed"
        assert checks(service)[0] == 200


def test_figures_are_read_by_prometheus_and_name_nobody(service: Service) -> None:
    service.shipment(customer="HARBOUR")
    service.post("/v1/events", service.event(customer="HARBOUR"))
    decide.run_due(service.kit)
    text = service.client.get("/metrics").text
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert (found[("milepost_items_total", "accepted")], found[("milepost_items_total", "duplicate")]) == (1, 1)
    assert found[("milepost_messages_open", "sms", "rehearsal", "waiting")] == 1
    assert found[("milepost_calls_day", "accepted")] == 2
    assert found[("milepost_accept_seconds_count",)] == 2
    for private in (PHONE, "PO 4711", "PO4711", "HARBOUR", service.account_id, "shp_"):
        assert private not in text


def test_a_database_that_is_away_is_said_so(service: Service) -> None:
    deps = service.app.state.deps
    working = service.kit.database
    assert service.get("/v1/shipments").status_code == 200
    away = replace(service.kit, database=Away(working))
    object.__setattr__(deps, "kit", away)
    found = service.get("/v1/shipments")
    problem(found, 503, "unavailable")
    assert found.headers["retry-after"] == "5"
    problem(service.client.get("/metrics"), 503, "unavailable")
    assert checks(service) == (503, {"database": "fail"})
    assert service.client.get("/healthz").status_code == 200
    object.__setattr__(deps, "kit", service.kit)


def test_a_defect_is_answered_without_its_trace(service: Service) -> None:
    deps = service.app.state.deps
    object.__setattr__(deps, "kit", None)
    found = service.get("/v1/shipments")
    problem(found, 500, "internal")
    assert "Traceback" not in found.text
    assert "NoneType" not in found.text
    object.__setattr__(deps, "kit", service.kit)


class Away(Database):
    """A database that was there a moment ago."""

    def __init__(self, one: Database) -> None:
        self.__dict__.update(one.__dict__)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        if self.dialect:
            raise StoreUnavailable("The database cannot be reached. Try again.", 5)
        yield self.engine.connect()
