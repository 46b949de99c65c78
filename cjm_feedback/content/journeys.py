"""Ready-made journeys: everything a new journey of a shop or a restaurant starts with."""

from __future__ import annotations

from dataclasses import dataclass

from cjm_feedback.content.goals import RESTAURANT_GOALS, SHOP_GOALS
from cjm_feedback.content.personas import (
    SHOP_PERSONA_RULES,
    SHOP_PERSONAS,
    PersonaRuleTemplate,
    PersonaTemplate,
)
from cjm_feedback.content.stages import STAGES, StageTemplate
from cjm_feedback.content.surveys import RESTAURANT_SURVEYS, STAGE_SURVEYS
from cjm_feedback.content.templates import SurveyTemplate
from cjm_feedback.content.texts import Text, text
from cjm_feedback.content.touchpoints import (
    RESTAURANT_TOUCHPOINTS,
    SHOP_TOUCHPOINTS,
    TouchpointTemplate,
)


@dataclass(frozen=True)
class JourneyTemplate:
    key: str
    name: Text
    touchpoints: tuple[TouchpointTemplate, ...]
    surveys: tuple[SurveyTemplate, ...]
    goals: tuple[Text, ...]
    personas: tuple[PersonaTemplate, ...] = ()
    persona_rules: tuple[PersonaRuleTemplate, ...] = ()
    stages: tuple[StageTemplate, ...] = STAGES

    def survey_of(self, touchpoint: str) -> SurveyTemplate:
        """The survey that asks about `touchpoint`: its stage's, else the one for any stage."""
        stage = next(point.stage for point in self.touchpoints if point.key == touchpoint)
        return next(survey for survey in self.surveys if survey.stage in (stage, None))


SHOP = JourneyTemplate(
    key="shop",
    name=text(
        cs="Nákup v obchodě",
        pl="Zakupy w sklepie",
        ru="Покупка в магазине",
        en="Shopping with us",
    ),
    touchpoints=SHOP_TOUCHPOINTS,
    surveys=STAGE_SURVEYS,
    goals=SHOP_GOALS,
    personas=SHOP_PERSONAS,
    persona_rules=SHOP_PERSONA_RULES,
)

RESTAURANT = JourneyTemplate(
    key="restaurant",
    name=text(
        cs="Návštěva restaurace",
        pl="Wizyta w restauracji",
        ru="Визит в ресторан",
        en="A visit to the restaurant",
    ),
    touchpoints=RESTAURANT_TOUCHPOINTS,
    surveys=RESTAURANT_SURVEYS,
    goals=RESTAURANT_GOALS,
)

JOURNEYS = (SHOP, RESTAURANT)
