"""The samples that the pages of docs/integrations show: each is read, and prints what the page says."""

from __future__ import annotations

import shlex

import pytest

from tests.cli.conftest import Milepost
from tests.cli.pages import Sample, inbound, samples, settled

SAMPLES = [sample for page in inbound() for sample in samples(page)]


@pytest.mark.parametrize("page", inbound())
def test_a_page_of_a_system_has_a_sample_with_what_is_printed(page: str) -> None:
    assert samples(page)


@pytest.mark.parametrize("sample", SAMPLES, ids=[f"{one.page}-{one.file}" for one in SAMPLES])
def test_a_sample_prints_what_its_page_says(nowhere: Milepost, sample: Sample) -> None:
    path = nowhere.file(sample.file, sample.body + "\n")
    words = [path if word == sample.file else word for word in shlex.split(sample.words)]
    said = nowhere(*words)
    assert (settled(said.out.replace(path, sample.file)), said.err) == (sample.printed, "")
