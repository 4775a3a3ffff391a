"""Rule numbers as the API takes them: by name, for an account, a lane, a customer or a shipment."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, Strict, StringConstraints

from service.api.fields import Body
from service.formats.fields import shown
from service.policy.rules import DEFAULTS, known


def _known(value: dict[str, float]) -> dict[str, float]:
    if strange := sorted(name for name in value if not known(name)):
        raise ValueError(f"has no rule `{shown(strange[0])}`; use some of: {', '.join(DEFAULTS)}")
    return value


Number = Annotated[float, Strict(), Field(ge=0, le=1_000_000, allow_inf_nan=False)]

Rules = Annotated[dict[Annotated[str, Field(max_length=60)], Number], Field(max_length=100), AfterValidator(_known)]
"""Numbers by name; behind a name a mode of transport may stand, such as `N2.over_2d_hours.air`."""

Place = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}([A-Z0-9]{3})?)?$")]


class Lane(Body):
    """A way from one place to another: UN/LOCODEs, countries, or left out for any."""

    from_: Place = Field(default="", alias="from")
    to: Place = ""
    rules: Rules
