"""After we were away: what nobody would call news any more is not said, however much of it waits."""

from __future__ import annotations

import pytest

from notifiers.testing import Recorder
from service.flows import recovery
from service.records.tables import Notice
from tests.kits import DAY, HOUR, JO, Works


def van(works: Works) -> dict[str, object]:
    return {"ref": "PO 1", "milestone": "out_for_delivery", "at": works.clock().isoformat(), "tell": [JO]}


@pytest.mark.parametrize(("away", "said"), [(2 * HOUR, 1), (18 * HOUR, 0), (3 * DAY, 0)])
def test_a_van_is_on_its_way_on_one_day(works: Works, sms: Recorder, away: object, said: int) -> None:
    works.go()
    works.post(**van(works))
    works.clock.advance(away)  # type: ignore[arg-type]
    recovery.beat(works.kit)
    works.forward(DAY)
    assert [("on the truck" in one.text) for one in sms.messages] == [True] * said
    if not said:
        (notice,) = works.rows(Notice)
        assert (notice.state.value, notice.why[-1]["rule"]) == ("baseline", "N12")
