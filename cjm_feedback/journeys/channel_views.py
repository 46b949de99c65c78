"""By what means customers and the company reach each other: the channels of a workspace."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from cjm_feedback.accounts.access import current_workspace, requires
from cjm_feedback.clock import utc_now
from cjm_feedback.db import JsonObject
from cjm_feedback.extensions import db
from cjm_feedback.journeys import channel_editing
from cjm_feedback.journeys.channel_editing import LastChannelError
from cjm_feedback.journeys.editing import FullError, InUseError
from cjm_feedback.journeys.forms import ChannelForm
from cjm_feedback.journeys.models import Channel
from cjm_feedback.journeys.pages import asked_direction, record_change, refuse_retired
from cjm_feedback.journeys.parts import NUMBER, get_channel, journey_at_hand
from cjm_feedback.journeys.queries import channel_rows
from cjm_feedback.journeys.usage import uses_of

bp = Blueprint("channels", __name__)

CHANNELS = "/channels"
CHANNEL = f"{CHANNELS}/<{NUMBER}:channel_id>"


@bp.get(CHANNELS)
@requires("admin")
def index() -> str:
    return _list_page(ChannelForm(formdata=None))


@bp.post(CHANNELS)
@requires("admin")
def add() -> ResponseReturnValue:
    form = ChannelForm()
    if not form.validate():
        return _list_page(form), 422
    try:
        channel = channel_editing.add_channel(
            db.session(), current_workspace(), name=form.name.data, paid=form.paid.data
        )
    except FullError:
        form.form_errors = [_("There are too many channels already. Delete unused ones first.")]
        return _list_page(form), 422
    return _done("channel_added", channel)


@bp.get(CHANNEL)
@requires("admin")
def edit(channel_id: int) -> str:
    channel = _get(channel_id)
    return _channel_page(channel, ChannelForm(obj=channel))


@bp.post(CHANNEL)
@requires("admin")
def change(channel_id: int) -> ResponseReturnValue:
    channel = _get(channel_id)
    form = ChannelForm()
    if not form.validate():
        return _channel_page(channel, form), 422
    changes = channel_editing.change_channel(channel, name=form.name.data, paid=form.paid.data)
    return _done("channel_changed", channel, changes)


@bp.post(f"{CHANNEL}/move")
@requires("admin")
def move(channel_id: int) -> ResponseReturnValue:
    channel = _get(channel_id)
    refuse_retired(channel)
    direction = asked_direction()
    channel_editing.move_channel(db.session(), channel, direction)
    return _done("channel_moved", channel, anchor=f"channel-{channel.id}-{direction}")


@bp.post(f"{CHANNEL}/retire")
@requires("admin")
def retire(channel_id: int) -> ResponseReturnValue:
    channel = _get(channel_id)
    try:
        channel_editing.retire_channel(db.session(), channel, at=utc_now())
    except LastChannelError:
        return _refused(channel, _last_channel())
    return _done("channel_retired", channel)


@bp.post(f"{CHANNEL}/restore")
@requires("admin")
def restore(channel_id: int) -> ResponseReturnValue:
    channel = _get(channel_id)
    channel_editing.restore_channel(channel)
    return _done("channel_restored", channel)


@bp.post(f"{CHANNEL}/delete")
@requires("admin")
def delete(channel_id: int) -> ResponseReturnValue:
    channel = _get(channel_id)
    try:
        channel_editing.delete_channel(db.session(), channel)
    except LastChannelError:
        return _refused(channel, _last_channel())
    except InUseError:
        return _refused(
            channel, _("Touchpoints, links, answers or rules name it. Retire it instead.")
        )
    return _done("channel_deleted", channel, anchor="channels")


def _get(channel_id: int) -> Channel:
    return get_channel(db.session(), current_workspace().id, channel_id)


def _done(
    action: str,
    channel: Channel,
    changes: JsonObject | None = None,
    *,
    anchor: str | None = None,
) -> ResponseReturnValue:
    record_change(action, "channel", channel.key, changes)
    anchor = anchor or f"channel-{channel.id}"
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(url_for(".index", _anchor=anchor), 303)


def _refused(channel: Channel, why: str) -> ResponseReturnValue:
    form = ChannelForm(formdata=None, obj=channel)
    form.form_errors = [why]
    return _channel_page(channel, form), 422


def _last_channel() -> str:
    return str(_("A workspace needs a channel. Add another one first."))


def _list_page(form: ChannelForm) -> str:
    rows = channel_rows(db.session(), current_workspace().id)
    return render_template(
        "journeys/channels.html",
        journey=journey_at_hand(),
        form=form,
        rows=[row for row in rows if row.channel.retired_at is None],
        retired_rows=[row for row in rows if row.channel.retired_at is not None],
        format_decimal=format_decimal,
    )


def _channel_page(channel: Channel, form: ChannelForm) -> str:
    return render_template(
        "journeys/channel.html",
        journey=journey_at_hand(),
        channel=channel,
        form=form,
        uses=uses_of(db.session(), "channel", [channel.id])[channel.id],
        format_decimal=format_decimal,
    )
