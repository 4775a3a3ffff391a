"""IATA Cargo-IMP status updates (FSU), as airlines and handling agents send them; FSA answers are built alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import ClassVar

from service.formats.air import awb
from service.formats.air.cargo_imp_fsu_lines import parts
from service.formats.air.cargo_imp_fsu_status import BESIDE, read_status
from service.formats.air.fsu_codes import FSU, FSU_DIS
from service.formats.gathering import Gathering
from service.formats.vocabulary import Vocabulary
from service.records.inbound import Reading


class CargoImpFsu:
    """One or more messages as text, each with one or more statuses. See docs/integrations/air-cargo-imp.md."""

    name: ClassVar[str] = "cargo_imp_fsu"
    title: ClassVar[str] = "IATA Cargo-IMP FSU"
    content_types: ClassVar[tuple[str, ...]] = ("text/plain", "application/octet-stream")
    answer_status: ClassVar[int] = 202
    default_scheme: ClassVar[str] = "api_key"
    options: ClassVar[Mapping[str, str]] = {awb.DIRECT: awb.DIRECT_SAYS}
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = (FSU, FSU_DIS)

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the statuses of *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        gathering = Gathering()
        seen: dict[tuple[str, str], int] = {}
        for index, part in enumerate(parts(body)):
            if part.other:
                gathering.ignore(index, f"A {part.other} message is no status update.")
                continue
            first = index if part.text[:3] in {"", *BESIDE} else seen.setdefault((part.waybill, part.text), index)
            if first != index:
                gathering.ignore(index, f"It repeats item {first} of the same call.")
                continue
            read = partial(read_status, part.waybill, part.text, now, options)
            gathering.add_once(index, f"/lines/{part.line}", read, f"/{index}")
        return gathering.reading(batch=True)
