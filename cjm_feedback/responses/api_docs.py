"""The description of the API, made readable without a script of somebody else's."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Reply:
    status: str
    description: str
    kinds: tuple[str, ...]
    schema: str


@dataclass(frozen=True)
class Parameter:
    name: str
    place: str
    required: bool
    description: str


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    body: str
    example: str
    replies: tuple[Reply, ...]


def operations_of(spec: Mapping[str, Any]) -> list[Operation]:
    """Every operation of an OpenAPI document."""
    return list(_operations(spec))


def _operations(spec: Mapping[str, Any]) -> Iterator[Operation]:
    for path, item in spec["paths"].items():
        for method in METHODS:
            if method in item:
                yield _operation(spec, path, method, item)


def _operation(
    spec: Mapping[str, Any], path: str, method: str, item: Mapping[str, Any]
) -> Operation:
    operation = item[method]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Operation(
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        parameters=tuple(
            Parameter(
                name=one["name"],
                place=one["in"],
                required=one.get("required", False),
                description=one.get("description", ""),
            )
            for one in [*item.get("parameters", []), *operation.get("parameters", [])]
        ),
        body=_schema(spec, body),
        example=_pretty(body["example"]) if "example" in body else "",
        replies=tuple(
            _reply(spec, status, reply) for status, reply in sorted(operation["responses"].items())
        ),
    )


def _reply(spec: Mapping[str, Any], status: str, reply: Mapping[str, Any]) -> Reply:
    content = reply.get("content", {})
    return Reply(
        status=status,
        description=reply.get("description", ""),
        kinds=tuple(content),
        schema=_schema(spec, next(iter(content.values()), {})),
    )


def _schema(spec: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    schema = content.get("schema")
    return _pretty(_resolved(spec, schema)) if schema else ""


def _resolved(spec: Mapping[str, Any], part: Any) -> Any:
    """`part` with what it refers to put in its place. Our schemas do not refer to themselves."""
    if isinstance(part, dict):
        if "$ref" in part:
            name = part["$ref"].rsplit("/", 1)[1]
            return _resolved(spec, spec["components"]["schemas"][name])
        return {key: _resolved(spec, value) for key, value in part.items()}
    if isinstance(part, list):
        return [_resolved(spec, value) for value in part]
    return part


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
