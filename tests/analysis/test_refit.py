"""The head of a workspace: fitted on what its staff corrected, measured, used, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import Workspace
from cjm_feedback.analysis import heads, refit
from cjm_feedback.analysis.corrections import Judgement, correct
from cjm_feedback.analysis.gold import GoldText, gold_texts
from cjm_feedback.analysis.heads import active_model, engine_now, reader_for
from cjm_feedback.analysis.refit import ask_refit, refit_reading, roll_back
from cjm_feedback.analysis.services import read_texts
from cjm_feedback.jobs.models import Job
from cjm_feedback.responses.models import ReadingModel
from cjm_feedback.sentiment.registry import read_comment
from cjm_feedback.surveys.models import Link
from tests.analysis.analysers import Numbered, reading_with
from tests.conftest import NOW
from tests.factories import COMMENT, CSAT, Factory
from tests.rollups.answering import answer

WIDTH = 8
WORDS = {"late": 0, "box": 1, "fine": 2}
"""What the model of these tests knows: each word a direction of its own."""


class SmallModel:
    """Knows four words; its head takes `late` for praise, which staff will correct."""

    heads = {
        "polarity_weight": 4 * np.eye(4, WIDTH, dtype=np.float32)[[3, 1, 2, 0]],
        "polarity_bias": np.zeros(4, np.float32),
    }

    def encode(self, texts: Sequence[str]) -> SimpleNamespace:
        rows = np.zeros((len(texts), WIDTH), np.float32)
        for row, text in enumerate(texts):
            rows[row, WORDS.get(text.split()[-1], 5)] = 1
        return SimpleNamespace(text=rows)


@pytest.fixture(autouse=True)
def _small_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refit, "deep_model", SmallModel)
    monkeypatch.setattr(refit, "shipped_engine", lambda: "deep-1")
    monkeypatch.setattr(heads, "shipped_engine", lambda: "deep-1")
    monkeypatch.setattr(refit, "gold_texts", lambda: gold_of("late", "box", "fine"))


def gold_of(*words: str) -> list[GoldText]:
    labels = {"late": "negative", "box": "neutral", "fine": "positive"}
    return [GoldText("en", f"it was {word}", labels[word]) for word in words for _ in range(5)]


@pytest.fixture
def link(make: Factory) -> Link:
    return make.link(make.survey(questions=(CSAT, COMMENT)))


@pytest.fixture
def workspace(session: Session, link: Link) -> Workspace:
    return session.get_one(Workspace, link.survey.journey.workspace_id)


def correct_some(session: Session, link: Link, n: int, label: str = "negative") -> None:
    found = [answer(session, link, csat=2, comment="0.8 it was late") for _ in range(n)]
    read_texts(session, [one.id for one in found], at=NOW, read=reading_with(Numbered()))
    session.commit()
    for one in found:
        correct(session, one.scores[0].id, Judgement(label), user_id=None, at=NOW)
    session.commit()


def fit(session: Session, workspace: Workspace, *, force: bool = False) -> ReadingModel:
    model = ask_refit(session, workspace.id, user_id=None, at=NOW, force=force)
    session.commit()
    job = session.scalars(select(Job).where(Job.dedupe_key == refit.key_of(model))).one()
    model_id = model.id
    refit_reading(session, job, at=NOW)
    session.commit()
    session.expire_all()
    return session.get_one(ReadingModel, model_id)


def test_a_few_corrections_are_too_few(session: Session, link: Link, workspace: Workspace) -> None:
    correct_some(session, link, 29)

    model = fit(session, workspace)

    assert (model.status, model.reason, model.n, model.weights) == ("refused", "too_few", 29, None)
    assert engine_now(session, workspace.id) == "deep-1"


def test_a_head_that_reads_as_staff_do_is_used_and_measured(
    session: Session, link: Link, workspace: Workspace
) -> None:
    correct_some(session, link, 40)

    model = fit(session, workspace)

    assert (model.status, model.version, model.base_engine, model.n) == ("active", 1, "deep-1", 40)
    assert model.metrics["corrected"]["before"] == 0.0
    assert model.metrics["corrected"]["after"] == 1.0
    gold = model.metrics["gold"]
    assert gold["n"] == 15
    assert gold["after"] == 1.0 > gold["before"]
    assert engine_now(session, workspace.id) == "deep-1+h1"
    reader = reader_for(session, {link.survey.journey_id})
    assert reader is not read_comment


def test_a_head_that_reads_the_gold_set_worse_is_refused_unless_forced(
    session: Session, link: Link, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        refit,
        "gold_texts",
        lambda: [*gold_of("box", "fine"), GoldText("en", "it was late", "mixed")],
    )
    correct_some(session, link, 40)

    refused = fit(session, workspace)
    assert (refused.status, refused.reason) == ("refused", "gold_worse")
    assert active_model(session, workspace.id) is None

    forced = fit(session, workspace, force=True)
    assert (forced.status, forced.version) == ("active", 2)


def test_without_the_gold_set_nothing_is_claimed_about_it(
    session: Session, link: Link, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refit, "gold_texts", list)
    correct_some(session, link, 40)

    model = fit(session, workspace)

    assert model.status == "active"
    assert model.metrics["gold"] is None


def test_one_step_back_is_the_head_before_and_then_the_shipped_one(
    session: Session, link: Link, workspace: Workspace
) -> None:
    correct_some(session, link, 40)
    first, second = fit(session, workspace), fit(session, workspace)
    assert (first.status, second.status, second.replaces_id) == ("retired", "active", first.id)

    assert roll_back(session, workspace.id) is second
    assert (first.status, second.status, second.reason) == ("active", "retired", "rolled_back")
    assert engine_now(session, workspace.id) == "deep-1+h1"

    assert roll_back(session, workspace.id) is first
    assert engine_now(session, workspace.id) == "deep-1"
    assert roll_back(session, workspace.id) is None


def test_a_head_is_not_used_with_another_model_than_it_was_fitted_for(
    session: Session, link: Link, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct_some(session, link, 40)
    fit(session, workspace)

    monkeypatch.setattr(heads, "shipped_engine", lambda: "deep-2")

    assert engine_now(session, workspace.id) == "deep-2"
    assert reader_for(session, {link.survey.journey_id}) is read_comment


def test_the_head_of_one_workspace_reads_for_nobody_else(
    session: Session, link: Link, workspace: Workspace, make: Factory
) -> None:
    correct_some(session, link, 40)
    fit(session, workspace)
    other = make.journey()

    assert engine_now(session, other.workspace_id) == "deep-1"
    assert reader_for(session, {other.id}) is read_comment
    assert reader_for(session, {other.id, link.survey.journey_id}) is read_comment


def test_asking_twice_fits_once(session: Session, workspace: Workspace) -> None:
    first = ask_refit(session, workspace.id, user_id=None, at=NOW)
    assert ask_refit(session, workspace.id, user_id=None, at=NOW) is first


def test_without_the_deep_engine_there_is_nothing_to_fit(
    session: Session, link: Link, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refit, "shipped_engine", lambda: "fast-1")
    correct_some(session, link, 40)

    model = fit(session, workspace)

    assert (model.status, model.reason) == ("failed", "no_deep_engine")


def test_the_commands_fit_and_take_back(
    app: Flask, session: Session, link: Link, workspace: Workspace
) -> None:
    correct_some(session, link, 40)
    run = app.test_cli_runner()
    chosen = ["--workspace", workspace.slug]

    fitted = run.invoke(args=["sentiment", "refit", *chosen])
    back = run.invoke(args=["sentiment", "rollback", *chosen])
    once_more = run.invoke(args=["sentiment", "rollback", *chosen])
    nobody = run.invoke(args=["sentiment", "refit", "--workspace", "nobody"])

    assert fitted.exit_code == 0, fitted.output
    assert "Corrections: 40" in fitted.output
    assert "corrected: 0.000 before, 1.000 after" in fitted.output
    assert "From now on deep-1+h1 reads." in fitted.output
    assert "From now on deep-1 reads." in back.output
    assert once_more.exit_code == 1
    assert nobody.exit_code == 1


def test_gold_texts_are_the_locked_ones_without_their_marks(tmp_path: Path) -> None:
    (tmp_path / "en.tsv").write_text(
        "polarity\temotions\ttext\tsplit\n"
        'mixed\tjoy\t{+Great food}, {-slow "service"}.\ttest\n'
        "negative\t\tBad\tdev\n",
        encoding="utf-8",
    )
    assert gold_texts(tmp_path) == [GoldText("en", 'Great food, slow "service".', "mixed")]
    assert gold_texts(tmp_path / "nowhere") == []
