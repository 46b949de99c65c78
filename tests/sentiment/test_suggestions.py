from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from cjm_feedback.sentiment.suggestions import Complaint, Group, cluster, phrases_of, propose

Floats = npt.NDArray[np.float32]
WORDS = ("gate", "locked", "parrot", "music", "dark", "wifi", "smoke", "odd")


def encode(texts: Sequence[str]) -> Floats:
    rows = np.array(
        [[len(re.findall(word, text.lower())) for word in WORDS] for text in texts], np.float32
    )
    unit: Floats = (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1)).astype(
        np.float32
    )
    return unit


def complaints(*texts: str, writers: Sequence[int] = ()) -> list[Complaint]:
    return [
        Complaint(text, "en", writers[place] if writers else place)
        for place, text in enumerate(texts)
    ]


GATES = [
    "The gate was not locked again",
    "Again the gate was not locked.",
    "gate not locked, anybody walks in",
    "I found the gate open, not locked at all",
    "your gate is never locked",
]
MUSIC = [f"music too loud {n}" for n in "abcd"]
OTHERS = ["parrot", "dark hall", "wifi", "smoke"]


def only(groups: Sequence[Group]) -> Group:
    assert len(groups) == 1
    return groups[0]


def test_complaints_that_resemble_each_other_make_a_group() -> None:
    group = only(propose(complaints(*GATES, *MUSIC, *OTHERS), encode))

    assert sorted(group.members) == [0, 1, 2, 3, 4]


def test_a_group_is_named_as_people_wrote_and_keeps_the_negation() -> None:
    group = only(propose(complaints(*GATES, *MUSIC, *OTHERS), encode))

    phrases = group.phrases["en"]
    assert 1 <= len(phrases) <= 3
    assert all(2 <= len(phrase.split()) <= 4 for phrase in phrases)
    assert all(any(phrase in text for text in GATES) for phrase in phrases)
    assert not any(
        "locked" in phrase and not re.search("not|never", phrase) for phrase in phrases
    ), phrases


def test_many_texts_of_few_people_make_no_group() -> None:
    writers = [1, 1, 2, 2, 3, *range(10, 18)]
    found = propose(complaints(*GATES, *MUSIC, *OTHERS, writers=writers), encode)
    assert found == []


def test_what_was_dismissed_is_not_proposed_again() -> None:
    everything = complaints(*GATES, *MUSIC, *OTHERS)
    dismissed = only(propose(everything, encode))

    more = [*everything, Complaint("gate still not locked", "en", 99)]
    assert propose(more, encode, known=[dismissed.centre]) == []


@pytest.mark.parametrize("n", [0, 1, 4])
def test_few_complaints_make_nothing(n: int) -> None:
    assert propose(complaints(*GATES[:n]), encode) == []


def test_groups_are_joined_by_the_mean_of_all_pairs() -> None:
    angles = np.radians([0, 10, 20, 90, 100, 200])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)

    assert sorted(cluster(vectors, near=0.9)) == [[0, 1, 2], [3, 4]]


def test_five_hundred_texts_are_grouped_in_a_second() -> None:
    noise = np.random.default_rng(1).normal(size=(500, 24)).astype(np.float32)
    vectors = noise / np.linalg.norm(noise, axis=1, keepdims=True)

    groups = cluster(vectors, near=0.2)

    members = [place for group in groups for place in group]
    assert len(members) == len(set(members))


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        (
            "Nikdo nezvedal telefon",
            {"Nikdo nezvedal", "Nikdo nezvedal telefon"},
        ),
        ("telefon a fax", {"telefon a fax"}),
        ("nie działa strona", {"nie działa", "nie działa strona"}),
        ("Не работает", {"Не работает"}),
        ("late. again", set()),
        ("", set()),
    ],
)
def test_phrases_stay_within_a_sentence_and_begin_with_their_negation(
    text: str, phrases: set[str]
) -> None:
    assert phrases <= set(phrases_of(text))
    if not phrases:
        assert not list(phrases_of(text))
    assert "działa strona" not in set(phrases_of(text))
    assert "nezvedal" not in {one.split()[0] for one in phrases_of("nikdo nezvedal telefon")}
