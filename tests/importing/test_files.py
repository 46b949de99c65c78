from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_feedback.importing.files import UnreadableFileError, inspect, rows

CZECH = "csat;comment\n5;Příliš žluťoučký kůň, díky\n2;Šlo to špatně\n"
POLISH = "csat;comment\n5;Zażółć gęślą jaźń, dziękuję\n"
RUSSIAN = "csat;comment\n5;Очень хороший сервис, спасибо\n1;Никогда больше\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CZECH, "utf-8"),
        (CZECH, "utf-8-sig"),
        (CZECH, "cp1250"),
        (CZECH, "utf-16"),
        (CZECH, "utf-16-le"),
        (POLISH, "cp1250"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "utf-8"),
        (RUSSIAN, "utf-16"),
        (RUSSIAN, "utf-16-le"),
        (RUSSIAN, "utf-16-be"),
        ("csat;comment\n2;Да\n", "cp1251"),
        ("csat;comment\n2;Да\n5;нет\n", "cp1251"),
        ("csat;comment\n5;Čí\n2;Líbí se mi to\n", "cp1250"),
        ("csat;comment\n5;Są OK\n", "cp1250"),
    ],
)
def test_the_encoding_and_the_delimiter_are_found(text: str, encoding: str) -> None:
    file = io.BytesIO(text.encode(encoding))

    dialect = inspect(file)

    assert dialect.header == ("csat", "comment")
    read = [row["comment"] for _, row in rows(file, dialect)]
    assert read == [line.split(";")[1] for line in text.splitlines()[1:]]


def test_a_long_text_in_russian_without_a_byte_order_mark_is_utf_16() -> None:
    texts = [f"Очень{'о' * number}хорошийсервис" for number in range(40)]
    file = io.BytesIO("".join(["comment\n", *(f"{text}\n" for text in texts)]).encode("utf-16-le"))

    assert [row["comment"] for _, row in rows(file, inspect(file))] == texts


def test_utf_8_with_stray_nuls_stays_utf_8() -> None:
    file = io.BytesIO("csat;comment\n5;d\x00íky\x00\n".encode())

    assert inspect(file).encoding == "utf-8-sig"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_line_that_excel_writes_for_itself_names_the_delimiter(encoding: str) -> None:
    file = io.BytesIO("sep=;\r\ncsat;comment,long,wide\r\n5;fine\r\n".encode(encoding))

    dialect = inspect(file)

    assert dialect.delimiter == ";"
    assert list(rows(file, dialect)) == [(3, {"csat": "5", "comment,long,wide": "fine"})]


def test_a_row_longer_than_any_may_be_is_refused_and_not_cut_in_two() -> None:
    wide = ",".join(["x" * 90_000] * 3)
    file = io.BytesIO(f"a,b,c,d\n1,2,3,4\n{wide},end\n".encode())

    with pytest.raises(UnreadableFileError) as caught:
        inspect(file)

    assert (caught.value.code, caught.value.params["line"]) == ("row_too_long", 3)


def test_a_row_of_many_lines_may_be_longer_than_one_line() -> None:
    text = "\n".join(["x" * 30_000] * 3)
    file = io.BytesIO(f'a,b,c\n"{text}","{text}","{text}"\n'.encode())

    assert [row["c"] for _, row in rows(file, inspect(file))] == [text]


def test_a_cell_of_thirty_megabytes_is_refused_with_its_line() -> None:
    file = io.BytesIO(b'csat,comment\n5,fine\n4,"' + b"x" * 30_000_000 + b'"\n')

    with pytest.raises(UnreadableFileError) as caught:
        inspect(file)

    assert caught.value.code == "cell_too_long"
    assert caught.value.params["line"] in (3, 4)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\n \n", "empty_file"),
        (b"csat,comment\n", "no_rows"),
        (b"csat,csat\n1,2\n", "column_twice"),
        (b"csat\n1,2\n", "too_many_cells"),
        (",".join(f"c{n}" for n in range(300)).encode() + b"\n1\n", "too_many_columns"),
    ],
)
def test_a_file_that_cannot_be_taken_in_says_why(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        inspect(io.BytesIO(data))

    assert caught.value.code == code


def test_text_that_contradicts_the_named_encoding_is_refused_with_its_line() -> None:
    file = io.BytesIO("csat,comment\n5,ok\n4,kůň\n".encode("cp1250"))

    with pytest.raises(UnreadableFileError) as caught:
        inspect(file, encoding="utf-8-sig")

    assert caught.value.code == "wrong_encoding"


def test_a_multi_line_cell_stays_whole() -> None:
    file = io.BytesIO(b'csat,comment\n5,"first\nsecond"\n')

    assert [row["comment"] for _, row in rows(file, inspect(file))] == ["first\nsecond"]


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_the_named_fault(data: bytes) -> None:
    file = io.BytesIO(data)
    try:
        dialect = inspect(file)
        list(rows(file, dialect))
    except UnreadableFileError:
        return
    assert dialect.header
