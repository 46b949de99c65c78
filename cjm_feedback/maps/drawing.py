"""The map ready to be drawn, in a reader's language."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date, format_interval
from flask_babel import get_locale, get_translations, ngettext
from flask_babel import gettext as _

from cjm_feedback.journeymap.numbers import Numbers
from cjm_feedback.journeymap.view import Href, MapView, make_view, no_links
from cjm_feedback.maps.periods import Period
from cjm_feedback.maps.queries import JourneyMap, responses_in
from cjm_feedback.web.languages import FALLBACK, text_in


def drawn_view(shown: JourneyMap, language: str, *, href: Href = no_links) -> MapView:
    """Texts by the catalogue of the request at hand, so `language` must be that request's."""
    against = shown.against
    return make_view(
        shown.figures,
        language=language,
        translations=get_translations(),
        title=text_in(shown.journey.name, language),
        subtitle=subtitle(shown, language),
        period=span(against.first, against.last) if against else None,
        href=href,
    )


def subtitle(shown: JourneyMap, language: str) -> str:
    """The period and how many answers it holds."""
    n = responses_in(shown.figures)
    many = ngettext("%(n)s response", "%(n)s responses", n, n=Numbers(language).integer(n))
    return f"{period_name(shown.period)} · {many}"


def period_name(period: Period) -> str:
    if period.kind == "all" and period.first is None:
        return str(_("All time"))
    if period.kind == "all":
        return str(_("All time, %(days)s", days=span(period.first, period.last)))
    if period.kind == "open":
        return str(_("Not closed yet, %(days)s", days=span(period.first, period.last)))
    return span(period.first, period.last)


def span(first: date | None, last: date) -> str:
    """Both days, as the reader's language writes dates."""
    locale = get_locale() or FALLBACK
    if first is None or first == last:
        return str(format_date(last, "medium", locale=locale))
    return str(format_interval(first, last, "yMMMd", locale=locale))
