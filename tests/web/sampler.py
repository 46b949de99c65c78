"""A page of the staff with every part of a form on it, for tests of the frame."""

from __future__ import annotations

from flask import Flask, abort, flash, render_template_string
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from cjm_feedback.accounts.access import PUBLIC, declare_library_route, requires
from cjm_feedback.web.fields import TranslatedField

PAGE = """
{% extends "base.html" %}
{% import "macros/forms.html" as forms %}
{% set here = "home" %}
{% block shell %}{{ "shell-slim" if request.args.slim }}{% endblock %}
{% block head %}
  {% if request.args.renew %}
    <script type="module" src="{{ url_for("static", filename="js/renew.js") }}"></script>
  {% endif %}
{% endblock %}
{% block title %}Sampler{% endblock %}
{% block main %}
  <div class="head"><h1>Sampler</h1></div>
  {{ forms.summary(form) }}
  <form class="card stack" method="post" novalidate>
    {{ forms.csrf() }}
    {{ forms.translated(form.name, hint="Shown to customers.") }}
    {{ forms.field(form.slug, hint="Part of the address.") }}
    {{ forms.field(form.goal, optional=true) }}
    {{ forms.field(form.kind) }}
    {{ forms.field(form.phase) }}
    {{ forms.field(form.pinned) }}
    {{ forms.save() }}
  </form>
  {% set by = {"by": "-1"} %}
  {{ forms.post_button("/sampler/move", "Move up", by, sign="arrow-up", icon_only=true) }}
{% endblock %}
"""


class SamplerForm(FlaskForm):  # type: ignore[misc]
    name = TranslatedField("Name", needed="all", max_length=20)
    slug = StringField("Slug", validators=[InputRequired("Write a slug.")])
    goal = TextAreaField("Goal")
    kind = SelectField("Kind", choices=[SelectChoice("shop", "Shop"), SelectChoice("cafe", "Café")])
    phase = RadioField(
        "Phase",
        choices=[SelectChoice("before", "Before"), SelectChoice("after", "After")],
        validators=[InputRequired("Choose a phase.")],
    )
    pinned = BooleanField("Pinned")


@requires("viewer")
def show() -> ResponseReturnValue:
    return render_template_string(PAGE, form=SamplerForm(data={"name": {"cs": "Obchod"}}))


@requires("viewer")
def save() -> ResponseReturnValue:
    form = SamplerForm()
    if not form.validate():
        flash("Nothing was saved.", "error")
        return render_template_string(PAGE, form=form), 422
    flash("Saved <b>it</b>.", "success")
    return render_template_string(PAGE, form=form)


def break_down() -> ResponseReturnValue:
    raise RuntimeError("secret detail in /srv/app.py: SELECT * FROM user")


def refuse(status: int) -> ResponseReturnValue:
    abort(status)


def add_sampler(app: Flask) -> None:
    """Give `app`, which has answered nothing yet, the pages of this module."""
    app.add_url_rule("/sampler", "sampler", show, methods=["GET"])
    app.add_url_rule("/sampler", "sampler_save", save, methods=["POST"])
    app.add_url_rule("/sampler/break", "sampler_break", break_down)
    app.add_url_rule("/sampler/refuse/<int:status>", "sampler_refuse", refuse)
    declare_library_route("sampler_break", PUBLIC)
    declare_library_route("sampler_refuse", PUBLIC)
