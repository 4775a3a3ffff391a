"""What OpenAPI shows of each operation: named examples, and the problems that it may answer with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.api.problems import CATALOGUE
from service.records.enums import Classifier, DelayFamily, Milestone, Reason
from service.records.meanings import FAMILY_SAYS, MILESTONE_SAYS

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "fix", "errors", "request_id"],
    "properties": {
        "type": {"type": "string", "description": "Where the kind of problem is explained, on this service."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, in one sentence."},
        "instance": {"type": "string", "description": "The path that was called."},
        "fix": {"type": "string", "description": "What to do about it, in one sentence."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "message", "fix"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body (RFC 6901)."},
                    "parameter": {"type": "string", "description": "The query, path or header parameter."},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "fix": {"type": "string"},
                },
            },
        },
        "request_id": {"type": "string", "description": "The same as the `X-Request-ID` header."},
    },
}
"""RFC 9457 with our own members."""

BY_KEY: list[dict[str, list[str]]] = [{"HTTPBearer": []}, {"APIKeyHeader": []}]
"""The security of an operation that reads its key itself."""

WORDS: Mapping[str, Sequence[str]] = {
    "milestone": tuple(Milestone),
    "classifier": tuple(Classifier),
    "reason": tuple(Reason),
    "delay_family": tuple(DelayFamily),
}
"""The members of answers that hold a canonical word."""

SAYS: Mapping[str, str] = {str(word): says for word, says in (*MILESTONE_SAYS.items(), *FAMILY_SAYS.items())}

Responses = dict[int | str, dict[str, Any]]


def answers(status: int, description: str, *problems: str, **examples: object) -> Responses:
    """The `responses` of an operation: a success with named *examples*, and the *problems* (codes) beside it.

    `no_key`, `unknown_key`, `scope_missing`, `too_many_requests` and `unavailable` go without saying.
    """
    found: Responses = {status: {"description": description}}
    if examples:
        shown = {name: {"value": value} for name, value in examples.items()}
        found[status]["content"] = {"application/json": {"schema": schema_of(examples), "examples": shown}}
    return found | refusals("no_key", "unknown_key", "scope_missing", *problems, "too_many_requests", "unavailable")


def success(status: int, description: str, media: str = "", example: object = None) -> Responses:
    """A success of one media type, or without a body, with one example."""
    content = {media: {"example": example} if example is not None else {}} if media else None
    return {status: {"description": description, **({"content": content} if content else {})}}


def refusals(*codes: str) -> Responses:
    """Problems as responses, those of one status together."""
    found: Responses = {}
    for code in codes:
        kind = CATALOGUE[code]
        entry = found.setdefault(kind.status, {"description": kind.title, "content": {}})
        media = entry["content"].setdefault("application/problem+json", {"schema": PROBLEM_SCHEMA, "examples": {}})
        media["examples"][code] = {"summary": kind.title, "value": example(code)}
    return found


def example(code: str) -> dict[str, Any]:
    """A problem as it may look."""
    kind = CATALOGUE[code]
    return {
        "type": f"/docs/problems#{code}",
        "title": kind.title,
        "status": kind.status,
        "detail": f"{kind.title}.",
        "instance": "/v1/…",
        "fix": kind.fix,
        "errors": [],
        "request_id": "req_01k5c3v7d8e9f0g1h2j3k4m5n6",
    }


def schema_of(examples: Mapping[str, object]) -> dict[str, Any]:
    """A schema that names the members of the first example and their types; answers may gain members."""
    return _schema(next(iter(examples.values())))


def _schema(value: object) -> dict[str, Any]:
    match value:
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer"}
        case float():
            return {"type": "number"}
        case str():
            return {"type": "string"}
        case list():
            return {"type": "array", "items": _schema(value[0]) if value else {}}
        case dict():
            return {"type": "object", "properties": {str(key): _member(key, inner) for key, inner in value.items()}}
        case _:
            return {}


def _member(key: str, value: object) -> dict[str, Any]:
    """The schema of one member; of a member that holds a canonical word, with every word that it may hold."""
    words = WORDS.get(key, ())
    if value not in words:
        return _schema(value)
    says = {word: SAYS[word] for word in words if word in SAYS}
    more = {"description": "\n".join(f"* `{word}`: {said}" for word, said in says.items())} if says else {}
    return {"type": "string", "enum": [str(word) for word in words], **more}


def body(**examples: object) -> dict[str, Any]:
    """Named examples of a request body, for `Body(openapi_examples=…)`."""
    return {name: {"value": value} for name, value in examples.items()}
