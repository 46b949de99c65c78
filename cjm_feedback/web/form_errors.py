"""What is wrong with a form, as links to the controls that are to be mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import Flask
from wtforms import Field, FieldList, Form, FormField
from wtforms.fields.choices import SelectFieldBase


@dataclass(frozen=True)
class ErrorLink:
    """One message; `target` is the id of the control it speaks of, empty for the form itself."""

    target: str
    message: str


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(error_links=error_links, is_choice_group=is_choice_group)


def error_links(form: Form) -> list[ErrorLink]:
    """Every error of the form in the order of its fields."""
    links = [ErrorLink("", str(message)) for message in getattr(form, "form_errors", ())]
    return [*links, *_of_fields(form)]


def _of_fields(fields: Iterable[Field]) -> Iterator[ErrorLink]:
    for field in fields:
        if isinstance(field, FormField):
            yield from error_links(field.form)
        elif isinstance(field, FieldList):
            yield from _of_fields(field)
        else:
            for message in field.errors:
                yield ErrorLink(_control_id(field), str(message))


def _control_id(field: Field) -> str:
    if getattr(field.widget, "input_type", "") == "hidden":
        return ""
    if is_choice_group(field):
        return f"{field.id}-0"
    return str(field.id)


def is_choice_group(field: Field) -> bool:
    """Whether the field is several radio buttons or check boxes rather than one control."""
    return isinstance(field, SelectFieldBase) and not hasattr(field.widget, "multiple")
