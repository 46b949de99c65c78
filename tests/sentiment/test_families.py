from __future__ import annotations

from cjm_feedback.sentiment.families import FAMILIES, SCORED, families


def test_every_scored_emotion_belongs_to_one_family() -> None:
    members = [one for some in FAMILIES.values() for one in some]
    assert sorted(members) == sorted(SCORED)


def test_anger_and_disgust_are_one_frustration_as_strong_as_the_stronger() -> None:
    [found] = families({"anger": 0.5, "disgust": 0.7})
    assert (found.key, found.strength) == ("frustration", 0.7)


def test_the_strongest_family_comes_first() -> None:
    found = families({"sadness": 0.6, "joy": 0.9, "fear": 0.7})
    assert [one.key for one in found] == ["joy", "worry", "disappointment"]


def test_what_was_not_reported_is_not_shown() -> None:
    assert families({}) == ()
    assert families({"joy": 0.0}) == ()
