"""Changing the channels of a workspace. Nothing here commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import Workspace
from cjm_feedback.db import JsonObject, Translations
from cjm_feedback.journeys import services
from cjm_feedback.journeys.changes import change_fields
from cjm_feedback.journeys.editing import FullError, delete_unused
from cjm_feedback.journeys.keys import new_key
from cjm_feedback.journeys.models import Channel, Journey, PersonaRule, Touchpoint
from cjm_feedback.journeys.ordering import in_use, renumber, retired, stepped
from cjm_feedback.journeys.usage import Part, counts

CHANNELS_LIMIT = 60


class LastChannelError(Exception):
    """Without a channel no link could be made."""


def channels_of(session: Session, workspace_id: int) -> Sequence[Channel]:
    return session.scalars(
        select(Channel)
        .where(Channel.workspace_id == workspace_id)
        .order_by(Channel.position, Channel.id)
    ).all()


def add_channel(
    session: Session, workspace: Workspace, *, name: Translations, paid: bool
) -> Channel:
    _hold(session, workspace.id)
    channels = channels_of(session, workspace.id)
    if len(channels) >= CHANNELS_LIMIT:
        raise FullError
    key = new_key(name, {one.key for one in channels}, otherwise="channel")
    return services.add_channel(session, workspace, key=key, name=name, paid=paid)


def change_channel(channel: Channel, *, name: Translations, paid: bool) -> JsonObject:
    return change_fields(channel, name=name, paid=paid)


def move_channel(session: Session, channel: Channel, direction: str) -> None:
    _hold(session, channel.workspace_id)
    channels = channels_of(session, channel.workspace_id)
    renumber([*stepped(in_use(channels), channel, direction), *retired(channels)])


def retire_channel(session: Session, channel: Channel, *, at: datetime) -> None:
    """Offer the channel no more; its links and its answers stay."""
    _hold(session, channel.workspace_id)
    if in_use(channels_of(session, channel.workspace_id)) == [channel]:
        raise LastChannelError
    channel.retired_at = channel.retired_at or at


def restore_channel(channel: Channel) -> None:
    channel.retired_at = None


def delete_channel(session: Session, channel: Channel) -> None:
    """Delete a channel that no touchpoint, link, answer or rule names."""
    _hold(session, channel.workspace_id)
    if in_use(channels_of(session, channel.workspace_id)) == [channel]:
        raise LastChannelError
    delete_unused(session, "channel", channel)


@counts("touchpoints")
def count_touchpoints(session: Session, part: Part, ids: Collection[int]) -> Mapping[int, int]:
    """The touchpoints of stages and of channels, retired ones too."""
    columns = {"stage": Touchpoint.stage_id, "channel": Touchpoint.channel_id}
    if part not in columns:
        return {}
    column = columns[part]
    rows = session.execute(select(column, func.count()).where(column.in_(ids)).group_by(column))
    return {one: number for one, number in rows if one is not None}


@counts("rules")
def count_rules(session: Session, part: Part, ids: Collection[int]) -> Mapping[int, int]:
    """The persona rules that name a channel; they hold its key, which nothing else guards."""
    if part != "channel":
        return {}
    rows = session.execute(
        select(Channel.id, Channel.key, PersonaRule.conditions)
        .join(Journey, Journey.workspace_id == Channel.workspace_id)
        .join(PersonaRule, PersonaRule.journey_id == Journey.id)
        .where(Channel.id.in_(ids))
    )
    found: dict[int, int] = {}
    for channel_id, key, conditions in rows:
        if _names(conditions, key):
            found[channel_id] = found.get(channel_id, 0) + 1
    return found


def _names(conditions: JsonObject, key: str) -> bool:
    return any(
        one["field"] == "channel"
        and key in (one["value"] if isinstance(one["value"], list) else [one["value"]])
        for one in conditions.get("all", ())
    )


def _hold(session: Session, workspace_id: int) -> None:
    """Let nobody else change the channels until the transaction ends."""
    session.execute(select(Workspace.id).where(Workspace.id == workspace_id).with_for_update())
