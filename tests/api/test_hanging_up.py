"""A caller who hangs up in the middle of a body is nobody's defect: nothing is answered, kept, or told as an error."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from tests.api.service import Service


def hung_up(service: Service, path: str, headers: dict[str, str]) -> list[Any]:
    """What is answered to a call of which only the beginning comes."""
    messages = [
        {"type": "http.request", "body": b'{"ref"', "more_body": True},
        {"type": "http.disconnect"},
    ]
    answered: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        answered.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
    }
    asyncio.run(service.app(scope, receive, send))
    return answered


@pytest.mark.parametrize("scheme", ["hmac_sha256_hex", "source_url", "bearer", "api_key"])
def test_hanging_up_is_one_line_and_no_answer(quick: Service, caplog: pytest.LogCaptureFixture, scheme: str) -> None:
    new = {"name": f"up-{scheme}", "format": "native", "scheme": scheme}
    path = quick.post("/v1/sources", new).json()["links"]["post_to"]
    headers = quick.headers | {"Content-Type": "application/json", "Content-Length": "4000"}
    with caplog.at_level(logging.INFO):
        assert hung_up(quick, path, headers) == []
    lines = [record for record in caplog.records if record.name.startswith("service")]
    assert [record.levelname for record in lines] == ["INFO"]
    assert "hung up" in caplog.text
    assert "Traceback" not in caplog.text
    assert path.rpartition("/")[2] not in caplog.text or scheme != "source_url"
    assert quick.get("/v1/calls").json()["data"] == []


def test_hanging_up_elsewhere_is_no_error_either(quick: Service, caplog: pytest.LogCaptureFixture) -> None:
    headers = quick.headers | {"Content-Type": "application/json"}
    with caplog.at_level(logging.INFO):
        for path in ("/v1/events", "/v1/sources", "/v1/callbacks/twilio/sms", "/v1/callbacks/nobody"):
            hung_up(quick, path, headers)
    assert not [record for record in caplog.records if record.levelno > logging.INFO]
    assert "Traceback" not in caplog.text
