"""IATA Cargo-XML status messages (XFSU): what an FSU says, as XML."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import ClassVar

from service.formats.air import awb
from service.formats.air.cargo_xml_xfsu_parts import parts
from service.formats.air.cargo_xml_xfsu_status import read_status
from service.formats.air.fsu_codes import FSU, FSU_DIS
from service.formats.gathering import Gathering
from service.formats.vocabulary import Vocabulary
from service.records.inbound import Reading


class CargoXmlXfsu:
    """A StatusMessage with one or more reported statuses. See docs/integrations/air-cargo-imp.md."""

    name: ClassVar[str] = "cargo_xml_xfsu"
    title: ClassVar[str] = "IATA Cargo-XML XFSU"
    content_types: ClassVar[tuple[str, ...]] = ("application/xml", "text/xml")
    answer_status: ClassVar[int] = 202
    default_scheme: ClassVar[str] = "api_key"
    options: ClassVar[Mapping[str, str]] = {awb.DIRECT: awb.DIRECT_SAYS}
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = (FSU, FSU_DIS)

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the statuses of *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        gathering = Gathering()
        for index, part in enumerate(parts(body)):
            read = partial(read_status, part, now, options)
            gathering.add_once(index, f"/lines/{part.line}", read, f"/{index}")
        return gathering.reading(batch=True)
