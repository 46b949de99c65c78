"""The floor that the answer page is held against: the same page and one row, nothing else.

Flask, Jinja and SQLAlchemy under waitress on SQLite with `synchronous=FULL`. No languages, no
rules, no key, no figures, nobody reads the comment.

    python -m bench.floor DATABASE PORT
"""

from __future__ import annotations

import sys
from typing import Any

from flask import Flask, redirect, render_template_string, request
from flask.typing import ResponseReturnValue
from sqlalchemy import create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from waitress import serve

EMOTIONS = (
    *("delight", "joy", "trust", "relief", "neutral"),
    *("surprise", "confusion", "worry", "disappointment", "anger"),
)
PAGE = """<!doctype html><html lang="en"><head><title>Delivery</title></head><body>
<h1>How was the delivery?</h1><form method="post">
<fieldset><legend>How satisfied are you?</legend>{% for mark in marks %}
<label><input type="radio" name="csat" value="{{ mark }}" required>{{ mark }}</label>
{% endfor %}</fieldset>
<fieldset><legend>How did it feel?</legend>{% for emotion in emotions %}
<label><input type="radio" name="emotion" value="{{ emotion }}">{{ emotion }}</label>
{% endfor %}</fieldset>
<label>What happened? <textarea name="comment"></textarea></label>
<button>Send</button></form></body></html>"""


class Base(DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "row"

    id: Mapped[int] = mapped_column(primary_key=True)
    csat: Mapped[int]
    emotion: Mapped[str | None]
    comment: Mapped[str | None]


def make_app(database: str) -> Flask:
    app = Flask(__name__)
    engine = create_engine(f"sqlite:///{database}")

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    Base.metadata.create_all(engine)

    @app.get("/")
    def show() -> str:
        return render_template_string(PAGE, marks=range(1, 6), emotions=EMOTIONS)

    @app.post("/")
    def submit() -> ResponseReturnValue:
        form = request.form
        row = Row(csat=int(form["csat"]), emotion=form.get("emotion"), comment=form.get("comment"))
        with Session(engine) as session:
            session.add(row)
            session.commit()
            place = f"/thanks/{row.id}"
        return redirect(place, 303)

    return app


if __name__ == "__main__":
    serve(make_app(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), threads=8)
