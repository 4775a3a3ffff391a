"""Calling a route of the service from within."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Receive, Scope, Send

from service.web.inprocess import call


async def answers_then_raises(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 500, "headers": [(b"x-request-id", b"req_1")]})
    await send({"type": "http.response.body", "body": b"broken"})
    raise RuntimeError("for the log")


async def only_raises(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise RuntimeError("no answer")


async def echoes(scope: Scope, receive: Receive, send: Send) -> None:
    message = await receive()
    said = f"{scope['method']} {scope['path']}?{scope['query_string'].decode()} ".encode() + message["body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": said})


def test_a_call_carries_its_query_and_its_body() -> None:
    answer = asyncio.run(call(echoes, "POST", "http://127.0.0.1/a?b=c", body=b"d"))
    assert (answer.status, answer.body) == (200, b"POST /a?b=c d")


def test_a_defect_that_was_answered_is_an_answer() -> None:
    answer = asyncio.run(call(answers_then_raises, "GET", "http://127.0.0.1/"))
    assert (answer.status, answer.body, answer.headers["x-request-id"]) == (500, b"broken", "req_1")


def test_a_defect_without_an_answer_is_raised() -> None:
    with pytest.raises(RuntimeError, match="no answer"):
        asyncio.run(call(only_raises, "GET", "http://127.0.0.1/"))
