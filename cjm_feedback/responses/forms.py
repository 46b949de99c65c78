"""The form of a survey, built from the revision that is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from cjm_feedback.questionnaire.cleaning import Cleaned, clean_answers
from cjm_feedback.questionnaire.texts import printable
from cjm_feedback.questionnaire.types import REGISTRY
from cjm_feedback.responses.messages import emotion_words, message_for
from cjm_feedback.surveys.published import PublishedQuestion, PublishedSurvey

TOKEN_FIELD = "form-token"  # noqa: S105 - a name
TRAP_FIELD = "homepage-url"
"""People do not see this field; programs that fill in whatever they find do. Keys of questions
have no dash, so neither name can be a question's."""
OWN_FIELDS = (TOKEN_FIELD, TRAP_FIELD)
NUMBERED = ("nps", "ces")


class SurveyForm(Form):
    """One field per question. What may be answered is decided by `questionnaire`, for all doors."""

    questions: ClassVar[tuple[PublishedQuestion, ...]] = ()
    cleaned: Cleaned

    def __init__(self, sent: MultiDict[str, str] | None = None) -> None:
        super().__init__(sent)
        self._sent = sent if sent is not None else MultiDict()

    def validate(self, extra_validators: Any = None) -> bool:
        self.cleaned = clean_answers(self.questions, self._raw())
        errors = dict(self.cleaned.errors)
        for question, field in self.asked():
            error = errors.pop(question.key, None)
            field.errors = [message_for(error)] if error else []
        if errors:
            self.form_errors.append(_("The form had fields that this survey does not ask for."))
        return not self.cleaned.errors

    def asked(self) -> Iterator[tuple[PublishedQuestion, Field]]:
        for question in self.questions:
            yield question, self[_attribute(question)]

    def typed(self) -> list[tuple[str, str]]:
        """What was written in the person's own words, with the question it was written for."""
        return [
            (str(field.label.text), printable(field.data))
            for question, field in self.asked()
            if not _is_choice(question) and (field.data or "").strip()
        ]

    def trapped(self) -> bool:
        return any(value.strip() for value in self._sent.getlist(TRAP_FIELD))

    def _raw(self) -> dict[str, object]:
        """An answer sent twice stays a list, which no question takes."""
        return {
            key: values[0] if len(values) == 1 else values
            for key, values in self._sent.lists()
            if key not in OWN_FIELDS
        }


def survey_form(
    survey: PublishedSurvey, language: str, sent: MultiDict[str, str] | None = None
) -> SurveyForm:
    """The form of `survey` in `language`, filled with what was sent."""
    fields = {
        _attribute(question): _field(survey, question, language) for question in survey.questions
    }
    kind = type("ThisSurveyForm", (SurveyForm,), {"questions": survey.questions, **fields})
    form = kind(sent)
    if not isinstance(form, SurveyForm):
        raise TypeError(kind)
    for question, field in form.asked():
        if not _is_choice(question) and field.data:
            field.data = printable(field.data)
    return form


def labels_of(
    survey: PublishedSurvey, question: PublishedQuestion, language: str
) -> dict[str, str]:
    """What may be chosen, with its words; the numbers of a long scale speak for themselves."""
    choices = REGISTRY[question.type].choices(question.option_keys)
    if question.type in NUMBERED:
        return {str(choice): str(choice) for choice in choices}
    given = {choice.key: survey.words(choice.text, language) for choice in question.choices}
    given = {**(emotion_words() if question.type == "emotion" else {}), **given}
    return {str(choice): given.get(str(choice), str(choice)) for choice in choices}


def ends_of(
    survey: PublishedSurvey, question: PublishedQuestion, language: str
) -> tuple[str, str] | None:
    """What the lowest and the highest number of a long scale mean."""
    if question.type not in NUMBERED or not question.choices:
        return None
    words = {choice.key: survey.words(choice.text, language) for choice in question.choices}
    low, *_middle, high = REGISTRY[question.type].choices(())
    return words.get(str(low), ""), words.get(str(high), "")


def _is_choice(question: PublishedQuestion) -> bool:
    return bool(REGISTRY[question.type].choices(question.option_keys))


def _attribute(question: PublishedQuestion) -> str:
    """A question may be called `data` or `errors`, which a form is already."""
    return f"answer_{question.key}"


def _field(survey: PublishedSurvey, question: PublishedQuestion, language: str) -> Any:
    options: dict[str, Any] = {
        "label": survey.words(question.text, language),
        "description": survey.words(question.help, language),
        "name": question.key,
        "id": f"q-{question.key}",
    }
    if _is_choice(question):
        labels = labels_of(survey, question, language)
        choices = [SelectChoice(key, label) for key, label in labels.items()]
        return RadioField(choices=choices, validate_choice=False, **options)
    return (TextAreaField if question.type == "long_text" else StringField)(**options)
