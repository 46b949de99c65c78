from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_feedback.web.strict_json import DEPTH, StrictJsonError, loads

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(PLAIN)
def test_what_json_can_say_is_read_as_it_was_written(value: object) -> None:
    assert loads(json.dumps(value).encode()) == value
    assert loads(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary() | st.text().map(str.encode))
def test_no_body_raises_anything_but_a_refusal(body: bytes) -> None:
    try:
        value = loads(body)
    except StrictJsonError as error:
        assert error.reason.endswith(".")  # noqa: PT017 - both ends are right
    else:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


REFUSED = {
    "empty": b"",
    "cut off": b"{",
    "not utf-8": b'"\xff"',
    "utf-16": '{"a": 1}'.encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf{}",
    "deep": b"[" * 20_000,
    "deep in objects": b'{"a":' * 60 + b"1" + b"}" * 60,
    "NaN": b'{"a": NaN}',
    "Infinity": b"[-Infinity]",
    "1e400": b"[1e400]",
    "beyond 64 bits": b"[9223372036854775808]",
    "a million digits": b"9" * 1_000_000,
    "same key twice": b'{"a": 1, "a": 1}',
    "same key twice, escaped": b'{"a": 1, "\\u0061": 2}',
    "two values": b"1 2",
    "comment": b"1 // one",
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_s52_what_is_ambiguous_or_too_large_is_refused_at_once(body: bytes) -> None:
    started = time.perf_counter()

    with pytest.raises(StrictJsonError):
        loads(body)

    assert time.perf_counter() - started < 1


def test_depth_is_counted_outside_of_texts_only() -> None:
    deepest = b"[" * DEPTH + b'"[[[[\\"[[[["' + b"]" * DEPTH

    assert loads(deepest)
    with pytest.raises(StrictJsonError, match="deeper than 50"):
        loads(b"[" + deepest + b"]")


def test_integers_have_64_bits() -> None:
    assert loads(b"[-9223372036854775808, 9223372036854775807]") == [-(2**63), 2**63 - 1]


def test_lone_surrogates_are_replaced_in_texts_and_keys() -> None:
    assert loads(b'{"\\ud800": ["x\\udfff", "\\ud83d\\ude00"]}') == {"�": ["x�", "😀"]}
