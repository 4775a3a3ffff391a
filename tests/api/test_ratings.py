"""Ratings are listed with their whole distribution, and a mean only where it says something."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert

from service.api import examples
from service.records.ids import new_id
from service.records.tables import Rating
from service.store.tables import table
from tests.api.service import Service, problem
from tests.api.test_shapes import members


def rate(service: Service, score: int | None, words: str = "", shipment_id: str = "shp_1", times: int = 1) -> None:
    rows = [
        {
            "account_id": service.account_id,
            "id": new_id("rat"),
            "shipment_id": shipment_id,
            "score": score,
            "words": words,
            "at": service.clock(),
        }
        for _ in range(times)
    ]
    service.kit.database.write(lambda conn: conn.execute(insert(table(Rating)), rows))


def test_ratings_are_listed_with_their_whole_distribution(service: Service) -> None:
    for score, words in ((2, "driver was rude"), (5, ""), (None, "Thank you all")):
        rate(service, score, words)
        service.clock.advance(timedelta(hours=1))
    rate(service, 5, shipment_id="shp_2")
    found = service.get("/v1/ratings").json()
    assert members(found) == members(examples.RATINGS)
    assert [(one["score"], one["words"]) for one in found["data"]][1:] == [
        (None, "Thank you all"),
        (5, ""),
        (2, "driver was rude"),
    ]
    assert found["page"]["n"] == 4
    assert found["page"]["distribution"] == {"1": 0, "2": 1, "3": 0, "4": 0, "5": 2, "words_alone": 1}
    assert found["page"]["mean"] is None
    poor = service.get("/v1/ratings?score=2&shipment=shp_1").json()
    assert [one["score"] for one in poor["data"]] == [2]
    assert poor["page"]["n"] == 3, "the distribution is that of every score"
    since = (service.clock() - timedelta(hours=1, minutes=30)).isoformat().replace("+00:00", "Z")
    assert service.get(f"/v1/ratings?since={since}").json()["page"]["n"] == 2


def test_a_mean_is_shown_from_twenty_scores_on(service: Service) -> None:
    rate(service, 4, times=19)
    rate(service, None, "words count for no mean")
    assert service.get("/v1/ratings").json()["page"]["mean"] is None
    rate(service, 1)
    assert service.get("/v1/ratings").json()["page"]["mean"] == 3.85


def test_pages(service: Service) -> None:
    rate(service, 5, times=3)
    first = service.get("/v1/ratings?limit=2").json()
    rest = service.get(f"/v1/ratings?limit=2&cursor={first['page']['next_cursor']}").json()
    assert len({one["id"] for one in first["data"] + rest["data"]}) == 3


def test_what_is_no_score_or_instant_is_refused(service: Service) -> None:
    problem(service.get("/v1/ratings?score=6"), 422, "invalid")
    problem(service.get("/v1/ratings?since=yesterday"), 422, "invalid")


def test_another_account_sees_no_rating(service: Service) -> None:
    rate(service, 5)
    theirs = service.key("read", account_id=service.other_account())
    assert service.get("/v1/ratings", headers=theirs).json()["page"]["n"] == 0


def test_a_rating_is_on_the_timeline(service: Service) -> None:
    shipment_id = service.shipment()
    rate(service, 3, "slow", shipment_id)
    entries = service.get(f"/v1/shipments/{shipment_id}/timeline").json()["data"]
    (entry,) = [one for one in entries if one["kind"] == "rating"]
    assert (entry["score"], entry["words"]) == (3, "slow")


def test_an_account_says_that_people_may_be_asked(service: Service) -> None:
    found = service.send("PATCH", "/v1/account", json={"services": ["rating", "ok"]}).json()
    assert found["services"] == ["ok", "rating"]
