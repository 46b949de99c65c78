"""What the API takes and gives, for its description and for the shape of its answers."""

from __future__ import annotations

from marshmallow import RAISE, Schema, fields

ANY_VALUE = {"oneOf": [{"type": "integer"}, {"type": "string"}]}


class QuestionSchema(Schema):
    key = fields.String(required=True)
    type = fields.String(required=True)
    required = fields.Boolean(required=True)
    choices = fields.List(
        fields.Raw(metadata=ANY_VALUE),
        metadata={"description": "What may be chosen; missing for questions answered in words."},
    )
    text = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "The question, by language."},
    )
    labels = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.String()),
        metadata={"description": "The words of those choices that have some, by language."},
    )


class SurveySchema(Schema):
    public_id = fields.String(required=True)
    survey = fields.String(required=True, metadata={"description": "The survey's name in links."})
    revision = fields.Integer(required=True)
    languages = fields.List(fields.String(), required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    questions = fields.List(fields.Nested(QuestionSchema), required=True)


class SubmissionSchema(Schema):
    class Meta:
        unknown = RAISE

    language = fields.String(
        metadata={"description": "One of the survey's; else Accept-Language decides."}
    )
    answers = fields.Dict(
        keys=fields.String(),
        values=fields.Raw(metadata=ANY_VALUE),
        required=True,
        metadata={"description": "By the key of the question."},
    )


class ReceiptSchema(Schema):
    receipt = fields.String(required=True)


class ProblemSchema(Schema):
    """RFC 9457."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True, metadata={"description": "A code to tell us."})
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "What is wrong, by the key of the question."},
    )
