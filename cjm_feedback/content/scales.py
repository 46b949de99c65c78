"""The labels of the standard scales: satisfaction, feeling, recommendation, effort."""

from __future__ import annotations

from cjm_feedback.content.templates import ChoiceTemplate
from cjm_feedback.content.texts import text

# Plural or adverb throughout: no label may guess the respondent's gender.
CSAT_CHOICES = (
    ChoiceTemplate(
        "1",
        text(
            cs="Velmi nespokojeni",
            pl="Bardzo źle",
            ru="Очень недовольны",
            en="Very dissatisfied",
        ),
    ),
    ChoiceTemplate(
        "2",
        text(
            cs="Spíš nespokojeni",
            pl="Raczej źle",
            ru="Скорее недовольны",
            en="Rather dissatisfied",
        ),
    ),
    ChoiceTemplate("3", text(cs="Tak napůl", pl="Tak sobie", ru="Средне", en="Half and half")),
    ChoiceTemplate(
        "4",
        text(
            cs="Spíš spokojeni",
            pl="Raczej dobrze",
            ru="Скорее довольны",
            en="Rather satisfied",
        ),
    ),
    ChoiceTemplate(
        "5",
        text(cs="Velmi spokojeni", pl="Bardzo dobrze", ru="Очень довольны", en="Very satisfied"),
    ),
)

EMOTION_CHOICES = (
    ChoiceTemplate("delight", text(cs="Nadšení", pl="Zachwyt", ru="Восторг", en="Delight")),
    ChoiceTemplate("joy", text(cs="Radost", pl="Radość", ru="Радость", en="Joy")),
    ChoiceTemplate("trust", text(cs="Důvěra", pl="Zaufanie", ru="Доверие", en="Trust")),
    ChoiceTemplate("relief", text(cs="Úleva", pl="Ulga", ru="Облегчение", en="Relief")),
    ChoiceTemplate(
        "neutral",
        text(
            cs="Nic zvláštního",
            pl="Nic szczególnego",
            ru="Ничего особенного",
            en="Nothing special",
        ),
    ),
    ChoiceTemplate(
        "surprise", text(cs="Překvapení", pl="Zaskoczenie", ru="Удивление", en="Surprise")
    ),
    ChoiceTemplate(
        "confusion", text(cs="Zmatek", pl="Zagubienie", ru="Растерянность", en="Confusion")
    ),
    ChoiceTemplate("worry", text(cs="Obavy", pl="Niepokój", ru="Тревога", en="Worry")),
    ChoiceTemplate(
        "disappointment",
        text(cs="Zklamání", pl="Rozczarowanie", ru="Разочарование", en="Disappointment"),
    ),
    ChoiceTemplate("anger", text(cs="Zlost", pl="Złość", ru="Злость", en="Anger")),
)

NPS_ENDS = (
    ChoiceTemplate(
        "0", text(cs="určitě ne", pl="na pewno nie", ru="точно нет", en="definitely not")
    ),
    ChoiceTemplate(
        "10", text(cs="určitě ano", pl="na pewno tak", ru="точно да", en="definitely yes")
    ),
)

CES_ENDS = (
    ChoiceTemplate(
        "1", text(cs="velmi těžké", pl="bardzo trudno", ru="очень трудно", en="very hard")
    ),
    ChoiceTemplate(
        "7", text(cs="velmi snadné", pl="bardzo łatwo", ru="очень легко", en="very easy")
    ),
)
