"""The receiver that the page for integrators shows takes our calls, and no others."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from notifiers import stamps
from notifiers.webhook import headers
from notifiers.webhook_caller import derived

PAGE = Path(__file__).parent.parent.parent / "docs" / "integrations" / "webhook.md"
SECRET, OTHER = derived(b"one service"), derived(b"another service")
BODY = '{"type":"message.delivered","timestamp":"2026-10-07T15:00:05.120Z","data":{"id":"msg_1"}}'


@pytest.fixture
def shown() -> dict[str, Any]:
    """The names of the example on the page, with our secret in place of its."""
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec(code.replace("whsec_…", SECRET), names)
    return names


@pytest.mark.parametrize(
    ("secrets", "body", "status"), [((SECRET,), BODY, 204), ((OTHER, SECRET), BODY, 204), ((OTHER,), BODY, 401)]
)
def test_the_ten_lines_check_a_call(
    shown: dict[str, Any], capsys: pytest.CaptureFixture[str], secrets: tuple[str, ...], body: str, status: int
) -> None:
    sent = headers(secrets, "whd_1", body, stamps.machine())
    with TestClient(shown["app"]) as client:
        answers = [client.post("/milepost", content=body, headers=dict(sent)).status_code for _ in range(2)]
    assert answers == [status] * 2
    assert capsys.readouterr().out.count("message.delivered") == (status == 204), "a repeat is dropped"


def test_the_ten_lines_refuse_an_old_stamp_and_a_changed_body(shown: dict[str, Any]) -> None:
    with TestClient(shown["app"]) as client:
        old = headers((SECRET,), "whd_1", BODY, stamps.machine() - 400)
        assert client.post("/milepost", content=BODY, headers=dict(old)).status_code == 401
        good = headers((SECRET,), "whd_1", BODY, stamps.machine())
        assert client.post("/milepost", content=BODY + " ", headers=dict(good)).status_code == 401
