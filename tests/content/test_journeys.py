from __future__ import annotations

from itertools import groupby

import pytest

from cjm_feedback.content.channels import CHANNELS
from cjm_feedback.content.journeys import JOURNEYS, RESTAURANT, SHOP, JourneyTemplate
from cjm_feedback.content.stages import STAGES

CHANNEL_KEYS = {channel.key for channel in CHANNELS}


def test_r05_r06_five_stages_run_from_before_to_after_the_purchase() -> None:
    assert [(stage.key, stage.phase) for stage in STAGES] == [
        ("discovery", "before"),
        ("consideration", "before"),
        ("purchase", "during"),
        ("experience", "after"),
        ("loyalty", "after"),
    ]


def test_r05_stages_carry_the_names_of_the_sources() -> None:
    assert [tuple(stage.name.values()) for stage in STAGES] == [
        ("Objevení", "Odkrywanie", "Открытие", "Discovery"),
        ("Zvažování", "Rozważanie", "Рассмотрение", "Consideration"),
        ("Nákup", "Zakup", "Покупка", "Purchase"),
        ("Zkušenost", "Doświadczenie", "Опыт использования", "Experience"),
        ("Věrnost", "Lojalność", "Лояльность", "Loyalty"),
    ]


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.key)
def test_r07_every_stage_has_touchpoints_in_the_order_of_the_stages(
    journey: JourneyTemplate,
) -> None:
    order = [stage for stage, _ in groupby(point.stage for point in journey.touchpoints)]

    assert order == [stage.key for stage in STAGES]


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.key)
def test_r09_every_touchpoint_happens_in_a_known_channel(journey: JourneyTemplate) -> None:
    assert {point.channel for point in journey.touchpoints} <= CHANNEL_KEYS


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.key)
def test_r10_contacts_of_the_brand_and_of_the_customer_are_both_there(
    journey: JourneyTemplate,
) -> None:
    assert {point.initiative for point in journey.touchpoints} == {"brand", "customer"}


def test_r24_paid_channels_can_be_told_from_free_ones() -> None:
    assert [channel.key for channel in CHANNELS if channel.paid] == ["ads"]
    assert {"web", "email", "qr", "shop", "phone", "social", "app"} <= CHANNEL_KEYS


def test_the_shop_has_eleven_to_thirteen_touchpoints() -> None:
    assert 11 <= len(SHOP.touchpoints) <= 13


def test_the_restaurant_knows_the_touchpoints_that_guests_write_about() -> None:
    assert {
        "reservation",
        "finding-us",
        "menu",
        "food",
        "drinks",
        "service",
        "ambience",
        "bill",
        "return",
    } <= {point.key for point in RESTAURANT.touchpoints}


def test_a_touchpoint_is_asked_about_by_the_survey_of_its_stage() -> None:
    assert SHOP.survey_of("payment").key == "purchase"
    assert SHOP.survey_of("newsletter").key == "loyalty"
    assert {RESTAURANT.survey_of(point.key).key for point in RESTAURANT.touchpoints} == {"visit"}


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.key)
def test_r11_a_journey_starts_with_business_goals(journey: JourneyTemplate) -> None:
    assert len(journey.goals) >= 3
