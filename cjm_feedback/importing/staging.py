"""Judged rows on their way into the database, as lines of a file that can be read in batches."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from flask import current_app

from cjm_feedback.importing.rows import Place, ReadRow
from cjm_feedback.questionnaire.answers import AnswerValue

if TYPE_CHECKING:
    from config import Config

KEPT_FOR = timedelta(days=7)
"""How long an uploaded file waits for somebody to take its answers in."""
CHUNK_BYTES = 1024 * 1024
SAMPLES = 2
SAMPLE_ROWS = 250
SAMPLE_LENGTH = 120


def instance_dir() -> Path:
    """The folder that this installation keeps its files in."""
    return cast("Config", current_app.config["CJM"]).instance_dir


def folder(instance_dir: Path) -> Path:
    """Where uploaded files wait; only the owner of the instance can look into it."""
    path = instance_dir / "imports"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def uploaded(instance_dir: Path, import_id: int) -> Path:
    return folder(instance_dir) / f"{import_id}.csv"


def staged(instance_dir: Path, import_id: int) -> Path:
    return folder(instance_dir) / f"{import_id}.jsonl"


def keep(instance_dir: Path, stream: IO[bytes]) -> tuple[Path, str]:
    """Copy what was uploaded to a place of its own until its import has a number; and its hash."""
    path = folder(instance_dir) / f"{secrets.token_hex(8)}.new"
    digest = hashlib.sha256()
    stream.seek(0)
    try:
        with path.open("xb") as file:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
                file.write(chunk)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path, digest.hexdigest()


def samples(path: Path) -> list[str]:
    """What some texts look like; by those with other than plain letters an encoding is judged."""
    try:
        rows, _offset = read_batch(path, 0, SAMPLE_ROWS)
    except OSError:
        return []
    texts = [v.text for row in rows for v in [_first_text(row)] if v is not None and v.text]
    texts = sorted(dict.fromkeys(texts), key=str.isascii)
    return [text[:SAMPLE_LENGTH] for text in texts[:SAMPLES]]


def _first_text(row: ReadRow) -> AnswerValue | None:
    return next((value for value in row.values.values() if value.text is not None), None)


def write_rows(path: Path, rows: Iterable[ReadRow]) -> None:
    """Write all rows or, if anything fails on the way, none."""
    draft = path.with_suffix(".part")
    with draft.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(_plain(row), ensure_ascii=True) + "\n")
    os.replace(draft, path)


def read_batch(path: Path, offset: int, size: int) -> tuple[list[ReadRow], int]:
    """Up to `size` rows from the byte `offset` on, and the offset of what follows them."""
    rows: list[ReadRow] = []
    with path.open("rb") as file:
        file.seek(offset)
        while len(rows) < size and (line := file.readline()):
            rows.append(_row(json.loads(line)))
        return rows, file.tell()


def forget(instance_dir: Path, import_id: int) -> None:
    for path in (uploaded(instance_dir, import_id), staged(instance_dir, import_id)):
        path.unlink(missing_ok=True)


def forget_old(instance_dir: Path, at: datetime) -> None:
    """Files that nobody took in are personal data without a purpose."""
    for path in _old_files(folder(instance_dir), (at - KEPT_FOR).timestamp()):
        path.unlink(missing_ok=True)


def _old_files(place: Path, before: float) -> Iterator[Path]:
    return (path for path in place.iterdir() if path.stat().st_mtime < before)


def _plain(row: ReadRow) -> dict[str, object]:
    return {
        "line": row.line,
        "key": row.key,
        "external_id": row.external_id,
        "received_at": row.received_at.isoformat(),
        "language": row.language,
        "touchpoint": row.place.touchpoint,
        "channel": row.place.channel,
        "values": {
            key: {"number": v.number, "choice": v.choice, "text": v.text}
            for key, v in row.values.items()
        },
    }


def _row(plain: dict[str, object]) -> ReadRow:
    values = plain["values"]
    assert isinstance(values, dict)  # noqa: S101 - our own file
    return ReadRow(
        line=int(str(plain["line"])),
        key=str(plain["key"]),
        external_id=None if plain["external_id"] is None else str(plain["external_id"]),
        received_at=datetime.fromisoformat(str(plain["received_at"])),
        language=str(plain["language"]),
        place=Place(
            None if plain["touchpoint"] is None else str(plain["touchpoint"]),
            str(plain["channel"]),
        ),
        values={key: AnswerValue(**value) for key, value in values.items()},
    )
