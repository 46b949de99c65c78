"""The links of a journey's surveys, to be copied, opened and printed."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import segno
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cjm_feedback.journeys.models import Journey
from cjm_feedback.surveys.models import Link, Survey
from cjm_feedback.web.languages import text_in

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class LinkView:
    """One link. `picture` is its QR code as a data address, which pages may show and save."""

    url: str
    touchpoint: str
    channel: str
    picture: str
    file_name: str


def links_by_survey(
    session: Session, journey: Journey, *, base_url: str, language: str
) -> dict[Survey, list[LinkView]]:
    """The open links of the journey under their surveys, in the journey's order."""
    rows = session.scalars(
        select(Link)
        .join(Survey, Survey.id == Link.survey_id)
        .where(
            Survey.journey_id == journey.id, Survey.closes_at.is_(None), Link.disabled_at.is_(None)
        )
        .options(joinedload(Link.survey), joinedload(Link.touchpoint), joinedload(Link.channel))
        .order_by(Survey.id, Link.id)
    )
    found: dict[Survey, list[LinkView]] = {}
    for link in rows:
        found.setdefault(link.survey, []).append(_view(link, base_url, language))
    return found


def stays_at_home(base_url: str) -> bool:
    """Whether addresses lead to this very machine, so that no phone gets there."""
    return urlsplit(base_url).hostname in LOOPBACK


def _view(link: Link, base_url: str, language: str) -> LinkView:
    url = f"{base_url}/s/{link.public_id}"
    place = link.touchpoint.key if link.touchpoint else "journey"
    return LinkView(
        url=url,
        touchpoint=text_in(link.touchpoint.name, language) if link.touchpoint else "",
        channel=text_in(link.channel.name, language),
        # Black on white with its quiet zone, whatever the theme: scanners want it so.
        picture=segno.make(url, error="m", micro=False).svg_data_uri(
            scale=4, border=4, dark="#000", light="#fff"
        ),
        file_name=f"{link.survey.slug}-{place}-{link.channel.key}.svg",
    )
