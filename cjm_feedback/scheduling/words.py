"""Schedules and their runs in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from zoneinfo import ZoneInfo

import flask_babel
from babel.dates import format_skeleton, format_time
from flask_babel import format_decimal, get_locale

from cjm_feedback.db import JsonObject
from cjm_feedback.jobs.cron import DAYS, HOURS, MONTHS, WEEKDAYS, Cron, CronError, parse_cron
from cjm_feedback.jobs.models import Job

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext


def cron_words(line: str) -> str:
    """What a cron line means; the line itself if there is no short way to say it."""
    try:
        cron = parse_cron(line)
    except CronError:
        return _("cron line %(line)s", line=line)
    if cron.time is not None and cron.rhythm != "other":
        return _regular(cron, clock_time(cron.time))
    every_day = (cron.days, cron.months, cron.weekdays) == (DAYS, MONTHS, WEEKDAYS)
    if every_day and cron.hours == HOURS and len(cron.minutes) == 1:
        return _("Every hour, at minute %(minute)s", minute=f"{cron.minutes[0]:02}")
    return _("cron line %(line)s", line=line)


def clock_time(value: time) -> str:
    return str(format_time(value, "short", locale=get_locale() or "en"))


def moment(at: datetime, timezone: str) -> str:
    """Weekday, day and time on the clock of a journey."""
    local = at.astimezone(ZoneInfo(timezone))
    locale = get_locale() or "en"
    day = format_skeleton("yMMMEd", local, tzinfo=local.tzinfo, locale=locale)
    return f"{day}, {format_time(local, 'short', tzinfo=local.tzinfo, locale=locale)}"


def cause_words(job: Job) -> str:
    """Why a run took place."""
    if job.payload.get("trigger") == "manual":
        return _("By hand")
    missed = int(job.payload.get("coalesced") or 0)
    if missed:
        return ngettext(
            "Planned; stands for %(num)d missed run too",
            "Planned; stands for %(num)d missed runs too",
            missed,
        )
    return _("Planned")


def state_words(job: Job) -> str:
    """What became of a job."""
    if job.status == "done" and job.attempts > 1:
        return _("done at attempt %(number)d", number=job.attempts)
    if job.status == "queued" and job.attempts:
        return _("failed, will be tried again")
    words = {
        "done": _("done"),
        "dead": _("given up"),
        "running": _("running"),
        "queued": _("waiting"),
    }
    return words[job.status]


def duration_words(job: Job) -> str:
    if job.started_at is None or job.finished_at is None or job.status != "done":
        return "–"
    seconds = (job.finished_at - job.started_at).total_seconds()
    # Below a tenth nobody wants to know more.
    return _("%(seconds)s s", seconds=format_decimal(max(round(seconds, 1), 0.1)))


def outcome_words(job: Job) -> list[str]:
    """What a refresh changed, why it changed nothing, or what went wrong; a sentence each."""
    if job.error and job.status in ("dead", "queued"):
        return [error_words(job.error)]
    result = job.result or {}
    closed: list[JsonObject] = result.get("closed") or []
    if not closed:
        return [_skipped_words(result.get("skipped"))] if result else []
    return [sentence for period in closed for sentence in _closing_words(period)]


def responses_counted(job: Job) -> int | None:
    """How many responses are in the periods that a refresh closed."""
    closed: list[JsonObject] = (job.result or {}).get("closed") or []
    return sum(int(period["responses"]) for period in closed) if closed else None


def error_words(error: str) -> str:
    """What went wrong, without the words of the machine but with the code to find them by."""
    name, _space, code = error.partition(" ")
    kind = name.rpartition(".")[2]
    if kind in ("WorkerGone", "LeaseRanOut"):
        return _("The worker was stopped in the middle of it.")
    if kind == "TimeBoxError":
        return _("It took too long and was stopped.")
    if kind in ("OperationalError", "InterfaceError"):
        return _("The database could not be used.")
    return _("Something broke. The log has more under the code %(code)s.", code=code.strip("[]"))


def kind_words(kind: str) -> str:
    """What a kind of work is called; its own name if it has no other."""
    words = {
        "refresh_map": _("Refresh of the map"),
        "read_responses": _("Reading of comments"),
        "rescore_journey": _("Reading of comments again"),
        "refit_reading": _("Learning from corrections"),
        "check_import": _("Check of an imported file"),
        "load_import": _("Import of a file"),
        "assign_personas": _("Assignment of personas"),
        "suggest_themes": _("Suggestions for themes"),
    }
    return words.get(kind, kind)


def _regular(cron: Cron, at: str) -> str:
    if cron.rhythm == "daily":
        return _("Every day at %(time)s", time=at)
    if cron.rhythm == "monthly":
        return _("Every month on day %(day)d at %(time)s", day=cron.days[0], time=at)
    # Seven sentences: "every" and the day agree with each other in most languages.
    sentences = (
        _("Every Monday at %(time)s", time=at),
        _("Every Tuesday at %(time)s", time=at),
        _("Every Wednesday at %(time)s", time=at),
        _("Every Thursday at %(time)s", time=at),
        _("Every Friday at %(time)s", time=at),
        _("Every Saturday at %(time)s", time=at),
        _("Every Sunday at %(time)s", time=at),
    )
    return sentences[cron.weekdays[0]]


def _skipped_words(reason: object) -> str:
    words = {
        "nothing_due": _("No week had ended since the last run."),
        "no_answers": _("There were no answers yet."),
        "no_journey": _("The journey is retired."),
    }
    return words.get(str(reason), _("Nothing to do."))


def _closing_words(period: JsonObject) -> list[str]:
    changes: list[JsonObject] = period.get("changes") or []
    worse = sum(change["is"] == "worse" for change in changes)
    better = sum(change["is"] == "better" for change in changes)
    sentences = [_("%(period)s closed.", period=period["period"])]
    if worse:
        sentences.append(ngettext("%(num)d figure worse.", "%(num)d figures worse.", worse))
    if better:
        sentences.append(ngettext("%(num)d figure better.", "%(num)d figures better.", better))
    if not changes:
        sentences.append(_("No change beyond chance."))
    return sentences
