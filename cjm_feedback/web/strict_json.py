"""Reading JSON from strangers: nothing ambiguous, nothing a database or a stack cannot hold."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

DEPTH = 50
INTEGER_BITS = 64
_INTEGER_LENGTH = 20
"""Signs of the longest 64-bit number; a million digits take Python seconds to read."""
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)


class StrictJsonError(ValueError):
    """`reason` is one English sentence; programmers read it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def loads(body: bytes) -> Any:
    """The value of `body`, or `StrictJsonError`.

    UTF-8 only, at most 50 levels deep, no key twice in an object, no NaN or Infinity, integers of
    64 bits. Lone surrogates, which UTF-8 cannot carry, become U+FFFD.
    """
    if not body:
        raise StrictJsonError("The body is empty.")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise StrictJsonError("The body is not UTF-8.") from None
    _check_depth(text)
    try:
        value = json.loads(
            text,
            parse_int=_integer,
            parse_float=_float,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except StrictJsonError:
        raise
    except ValueError as error:
        raise StrictJsonError(f"The body is not JSON: {error}.") from None
    return _replace_surrogates(value)


def _check_depth(text: str) -> None:
    """Before parsing: the parser itself calls itself for every level."""
    depth = 0
    for sign in _STRING.sub("", text):
        if sign in "[{":
            depth += 1
            if depth > DEPTH:
                raise StrictJsonError(f"The body is nested deeper than {DEPTH} levels.")
        elif sign in "]}":
            depth -= 1


def _integer(digits: str) -> int:
    if len(digits) <= _INTEGER_LENGTH:
        number = int(digits)
        if -(2 ** (INTEGER_BITS - 1)) <= number < 2 ** (INTEGER_BITS - 1):
            return number
    raise StrictJsonError(f"A number does not fit in {INTEGER_BITS} bits.")


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise StrictJsonError("A number is too large.")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise StrictJsonError(f"{name} is no JSON number.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise StrictJsonError("An object has the same key twice.")
    return found


def _replace_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [_replace_surrogates(one) for one in value]
    if isinstance(value, dict):
        return {_replace_surrogates(key): _replace_surrogates(one) for key, one in value.items()}
    return value
