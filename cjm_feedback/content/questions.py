"""Questions that several of the default surveys share."""

from __future__ import annotations

from cjm_feedback.content.scales import CSAT_CHOICES, EMOTION_CHOICES, NPS_ENDS
from cjm_feedback.content.templates import QuestionTemplate
from cjm_feedback.content.texts import Text, text

PICK_THE_STRONGEST = text(
    cs="Vyberte ten nejsilnější.",
    pl="Prosimy wybrać to najsilniejsze.",
    ru="Выберите самое сильное.",
    en="Pick the strongest one.",
)
LEAVE_OUT_NAMES = text(
    cs="Pište, jak vám to přijde pod ruku. Jména a telefony prosím vynechte.",
    pl="Wystarczy kilka słów. Prosimy nie podawać nazwisk ani telefonów.",
    ru="Пишите своими словами. Имена и телефоны, пожалуйста, не указывайте.",
    en="Write it as it comes. Please leave out names and phone numbers.",
)


def csat(wording: Text) -> QuestionTemplate:
    return QuestionTemplate("csat", "csat", wording, required=True, choices=CSAT_CHOICES)


def emotion(wording: Text) -> QuestionTemplate:
    return QuestionTemplate(
        "emotion", "emotion", wording, help=PICK_THE_STRONGEST, choices=EMOTION_CHOICES
    )


def nps(wording: Text, *, required: bool) -> QuestionTemplate:
    return QuestionTemplate("nps", "nps", wording, required=required, choices=NPS_ENDS)


def words(key: str, wording: Text) -> QuestionTemplate:
    return QuestionTemplate(key, "long_text", wording, help=LEAVE_OUT_NAMES)


WHAT_HAPPENED = words(
    "comment",
    text(cs="Co se stalo?", pl="Co się wydarzyło?", ru="Что произошло?", en="What happened?"),
)
