"""Telling a submission that comes again from another one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from cjm_feedback.questionnaire.answers import AnswerValue


def stored_key(source: str, survey_id: int, key: str) -> str:
    """The key of an attempt as the database keeps it: of one length, and apart by its scope."""
    return _digest([source, survey_id, key])


def fingerprint(answers: Mapping[str, AnswerValue], language: str) -> str:
    """The same for the same answers in the same language, whichever way they came."""
    return _digest({"answers": {k: v.plain for k, v in answers.items()}, "language": language})


def _digest(plain: object) -> str:
    text = json.dumps(plain, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
