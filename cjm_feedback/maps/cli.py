"""Commands about the map: `flask map …`."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.transactions import reading_only
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.journeymap.drawing import render_svg
from cjm_feedback.journeys.models import Journey
from cjm_feedback.maps.documents import map_csv, map_json
from cjm_feedback.maps.drawing import drawn_view
from cjm_feedback.maps.facets import Facets
from cjm_feedback.maps.periods import UnknownPeriodError
from cjm_feedback.maps.queries import JourneyMap, NoClosedPeriodError, filter_choices, map_view
from cjm_feedback.maps.selection import Selection, UnknownChoiceError
from cjm_feedback.maps.services import RefreshResult, refresh_map
from cjm_feedback.maps.table import as_table
from cjm_feedback.maps.verify import changed_snapshots, hold_still, mismatches
from cjm_feedback.web.languages import FALLBACK, LANGUAGES

map_cli = AppGroup("map", help="The journey map.")
WORDS = {
    "no_answers": "Nothing to close: nobody has answered yet.",
    "nothing_due": "Nothing to close: no week is over that is not closed.",
}


@map_cli.command("refresh")
@click.argument("journey")
@click.option("--until", metavar="WHEN", help="Close what was over then, e.g. 2026-11-22T08:00.")
def refresh(journey: str, until: str | None) -> None:
    """Close the weeks of JOURNEY that are over and say what changed in them."""
    session, at = db.session(), utc_now()
    found = _journey(session, journey)
    moment = at if until is None else _moment(until, found.timezone)
    result = refresh_map(session, found, until=moment, at=at, trigger="manual")
    session.commit()
    _say(result)


def _say(result: RefreshResult) -> None:
    for closed in result.closed:
        click.echo(
            f"Closed {closed.label} as snapshot {closed.number}: {closed.responses} responses"
        )
        for change in closed.changes:
            place = f"{change['place']} {change['key']}".strip()
            click.echo(f"  {place}, {change['metric']}: {change['is']}")
    if result.skipped:
        click.echo(WORDS.get(result.skipped, result.skipped))
    if result.pending:
        click.echo(f"Texts still to be read: {result.pending}")


@map_cli.command("show")
@click.argument("journey")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "svg", "csv"]),
    default="table",
    show_default=True,
)
@click.option("--period", default="all", show_default=True, help="all, open, last or FROM..TO.")
@click.option("--persona", default="", help="Key of a persona, or none for unassigned answers.")
def show(journey: str, form: str, period: str, persona: str) -> None:
    """Print the map of JOURNEY as it is now, without any floor."""
    with reading_only():
        session = db.session()
        shown = _map(session, _journey(session, journey), Selection(period, persona))
        click.echo(_written(shown, form), nl=form != "csv")


def _written(shown: JourneyMap, form: str) -> str:
    if form == "json":
        return json.dumps(map_json(shown), ensure_ascii=False, indent=2)
    if form == "csv":
        return map_csv(shown, FALLBACK)
    view = drawn_view(shown, FALLBACK)
    if form == "svg":
        return str(render_svg(view, standalone=True))
    return as_table(view, pending=shown.pending)


@map_cli.command("verify")
@click.argument("journey", required=False)
def verify(journey: str | None) -> None:
    """Count all answers of JOURNEY, or of all journeys, anew and compare; exit 1 if they differ."""
    with reading_only():
        session = db.session()
        hold_still(session)
        if journey is not None:
            journeys = [_journey(session, journey)]
        else:
            journeys = list(session.scalars(select(Journey).order_by(Journey.id)))
        held = [_holds(session, one) for one in journeys]
    if not all(held):
        sys.exit(1)


def _holds(session: Session, journey: Journey) -> bool:
    """Say in what the map differs from the answers; whether it does not."""
    found = mismatches(session, journey.id)
    for one in found:
        click.echo(f"{journey.slug}: {one.key._asdict()}", err=True)
        click.echo(f"  kept    {one.kept}\n  rebuilt {one.rebuilt}", err=True)
    changed = changed_snapshots(session, journey.id)
    for number in changed:
        click.echo(f"{journey.slug}: snapshot {number} is not as it was closed", err=True)
    if not found and not changed:
        click.echo(f"{journey.slug}: the map is what the answers say")
    return not found and not changed


def _journey(session: Session, slug: str) -> Journey:
    journey = session.scalar(select(Journey).where(Journey.slug == slug))
    if journey is None:
        known = ", ".join(session.scalars(select(Journey.slug).order_by(Journey.slug)))
        raise click.ClickException(f"There is no journey {slug!r}. There are: {known or 'none'}.")
    return journey


def _map(session: Session, journey: Journey, selection: Selection) -> JourneyMap:
    choices = filter_choices(session, journey)
    try:
        facets: Facets = selection.facets(choices, LANGUAGES)
        return map_view(session, journey, at=utc_now(), period=selection.period, facets=facets)
    except UnknownChoiceError:
        known = ", ".join([*choices.personas, "none"])
        raise click.BadParameter(f"There are: {known}.", param_hint="--persona") from None
    except UnknownPeriodError:
        raise click.BadParameter(
            "Say all, open, last or two days, e.g. 2026-11-01..2026-11-22.", param_hint="--period"
        ) from None
    except NoClosedPeriodError:
        raise click.ClickException("No period is closed yet; see flask map refresh.") from None


def _moment(text: str, timezone: str) -> datetime:
    """A day or a time of day, where the journey takes place unless it says an offset."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a date or time", param_hint="--until") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(timezone))
    return moment.astimezone(UTC)
