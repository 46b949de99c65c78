from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_feedback.importing.rows import Place, ReadRow, RefusedRow, Target, read_rows

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Question:
    key: str
    type: str
    required: bool
    option_keys: tuple[str, ...] = ()


TARGET = Target(
    survey="visit",
    questions=(Question("csat", "csat", True), Question("comment", "long_text", False)),
    languages=("cs", "en"),
    default_language="cs",
    timezone=ZoneInfo("Europe/Prague"),
    places=(Place("food", "qr"), Place("service", "qr"), Place("service", "web")),
    channels=frozenset({"qr", "web", "email"}),
    now=NOW,
)
GOOD = {"csat": "4", "touchpoint": "food", "channel": "qr", "language": "en"}


def read(*rows: dict[str, str]) -> list[ReadRow | RefusedRow]:
    return list(read_rows(TARGET, enumerate(rows, start=2)))


def accepted(row: dict[str, str]) -> ReadRow:
    (one,) = read(row)
    assert isinstance(one, ReadRow), one
    return one


def refused(row: dict[str, str]) -> set[tuple[str, str]]:
    (one,) = read(row)
    assert isinstance(one, RefusedRow), one
    return {(refusal.column, refusal.code) for refusal in one.refusals}


def test_a_row_becomes_an_answer_of_its_place_and_language() -> None:
    row = accepted(GOOD)

    assert (row.place, row.language) == (Place("food", "qr"), "en")
    assert {key: value.plain for key, value in row.values.items()} == {"csat": 4}


def test_a_time_without_an_offset_is_local_to_the_journey() -> None:
    assert accepted({**GOOD, "received_at": "2026-07-01T10:00"}).received_at.hour == 8
    assert accepted({**GOOD, "received_at": "2026-07-01T10:00+00:00"}).received_at.hour == 10
    assert accepted(GOOD).received_at == NOW


def test_what_our_own_export_put_before_a_formula_is_taken_away_again() -> None:
    texts = ("'=1+1 was on my bill", "''quoted", "'Tis fine", "plain")

    read = [accepted({**GOOD, "comment": text}).values["comment"].plain for text in texts]

    assert read == ["=1+1 was on my bill", "'quoted", "'Tis fine", "plain"]


def test_the_only_channel_of_a_touchpoint_need_not_be_named() -> None:
    assert accepted({**GOOD, "channel": ""}).place == Place("food", "qr")
    assert refused({**GOOD, "touchpoint": "service", "channel": ""}) == {
        ("channel", "channel_missing")
    }


@pytest.mark.parametrize(
    ("cells", "refusal"),
    [
        ({"csat": "9"}, ("csat", "number_between")),
        ({"csat": ""}, ("csat", "choose_one")),
        ({"csat": "9" * 5000}, ("csat", "number_between")),
        ({"comment": "x" * 5000}, ("comment", "too_long")),
        ({"received_at": "yesterday"}, ("received_at", "not_a_time")),
        ({"received_at": "2027-01-01T00:00:00+00:00"}, ("received_at", "in_the_future")),
        ({"received_at": "0001-01-01T00:00:00+14:00"}, ("received_at", "not_a_time")),
        ({"received_at": "1901-01-01"}, ("received_at", "too_long_ago")),
        ({"language": "de"}, ("language", "unknown_language")),
        ({"touchpoint": "garden"}, ("touchpoint", "unknown_touchpoint")),
        ({"touchpoint": ""}, ("touchpoint", "touchpoint_missing")),
        ({"channel": "pigeon"}, ("channel", "unknown_channel")),
        ({"external_id": "x" * 200}, ("external_id", "too_long_id")),
    ],
)
def test_a_wrong_cell_is_refused_by_its_column(
    cells: dict[str, str], refusal: tuple[str, str]
) -> None:
    assert refusal in refused({**GOOD, **cells})


def test_equal_rows_are_told_apart_by_their_number_and_known_when_the_file_comes_again() -> None:
    keys = [row.key for row in read(GOOD, GOOD, {**GOOD, "csat": "5"}) if isinstance(row, ReadRow)]

    again = [row.key for row in read({**GOOD, "csat": "5"}, GOOD, GOOD) if isinstance(row, ReadRow)]

    assert len(set(keys)) == 3
    assert set(keys) == set(again)


def test_a_row_is_known_by_what_it_says_and_not_by_how_it_is_written() -> None:
    written = {**GOOD, "received_at": "2026-07-01T10:00", "comment": "Fine."}
    otherwise = {
        **written,
        "received_at": "2026-07-01 08:00:00+00:00",
        "language": "EN",
        "channel": "",
        "csat": " 4",
        "comment": "Fine. ",
    }

    assert accepted(written).key == accepted(otherwise).key
    assert accepted(written).key != accepted({**written, "received_at": ""}).key


def test_a_row_without_a_time_is_known_at_any_later_time() -> None:
    later = replace(TARGET, now=NOW + timedelta(days=3))
    (again,) = read_rows(later, [(2, GOOD)])

    assert isinstance(again, ReadRow)
    assert again.key == accepted(GOOD).key


def test_an_external_id_stands_for_the_row_whatever_its_cells() -> None:
    one = accepted({**GOOD, "external_id": "order 7"})
    other = accepted({**GOOD, "external_id": "order 7", "csat": "1"})

    assert one.key == other.key


@given(st.dictionaries(st.sampled_from([*GOOD, "received_at", "comment", "x"]), st.text()))
def test_no_cells_raise(cells: dict[str, str]) -> None:
    (row,) = read({**GOOD, **cells})

    assert isinstance(row, ReadRow | RefusedRow)
