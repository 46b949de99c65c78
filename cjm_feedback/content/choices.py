"""The options of the two choice questions: how people heard of us and what nearly stopped them."""

from __future__ import annotations

from cjm_feedback.content.templates import ChoiceTemplate
from cjm_feedback.content.texts import text

HEARD_FROM_CHOICES = (
    ChoiceTemplate(
        "friend",
        text(
            cs="Od známých nebo z rodiny",
            pl="Od znajomych lub rodziny",
            ru="От друзей или родных",
            en="From friends or family",
        ),
    ),
    ChoiceTemplate(
        "search",
        text(
            cs="Z vyhledávače",
            pl="Z wyszukiwarki",
            ru="Через поиск в интернете",
            en="From an internet search",
        ),
    ),
    ChoiceTemplate(
        "social",
        text(
            cs="Ze sociálních sítí",
            pl="Z mediów społecznościowych",
            ru="Из соцсетей",
            en="On social media",
        ),
    ),
    ChoiceTemplate(
        "ad", text(cs="Z reklamy", pl="Z reklamy", ru="Из рекламы", en="From an advertisement")
    ),
    ChoiceTemplate(
        "shop-window",
        text(
            cs="Z výlohy, cestou kolem",
            pl="Z witryny, po drodze",
            ru="По витрине, проходя мимо",
            en="From the shop window, passing by",
        ),
    ),
    ChoiceTemplate(
        "press",
        text(
            cs="Z článku nebo recenze",
            pl="Z artykułu lub recenzji",
            ru="Из статьи или обзора",
            en="From an article or a review",
        ),
    ),
    ChoiceTemplate(
        "other", text(cs="Odjinud", pl="Z innego źródła", ru="Другое", en="Somewhere else")
    ),
)

BARRIER_CHOICES = (
    ChoiceTemplate(
        "nothing",
        text(
            cs="Nic, všechno bylo v pořádku",
            pl="Nic, wszystko było w porządku",
            ru="Ничего, всё было в порядке",
            en="Nothing, all was fine",
        ),
    ),
    ChoiceTemplate("price", text(cs="Cena", pl="Cena", ru="Цена", en="The price")),
    ChoiceTemplate(
        "delivery-cost",
        text(
            cs="Cena dopravy",
            pl="Koszt dostawy",
            ru="Стоимость доставки",
            en="The cost of delivery",
        ),
    ),
    ChoiceTemplate(
        "delivery-time",
        text(
            cs="Dlouhé čekání na zboží",
            pl="Długie oczekiwanie na towar",
            ru="Долгое ожидание товара",
            en="The wait for the goods",
        ),
    ),
    ChoiceTemplate(
        "availability",
        text(
            cs="Zboží nebylo skladem",
            pl="Brak towaru w magazynie",
            ru="Товара не было в наличии",
            en="It was out of stock",
        ),
    ),
    ChoiceTemplate(
        "information",
        text(
            cs="Chyběly informace",
            pl="Brak potrzebnych informacji",
            ru="Не хватало информации",
            en="Missing information",
        ),
    ),
    ChoiceTemplate(
        "trust",
        text(
            cs="Nejistota, jestli vám lze věřit",
            pl="Wątpliwości, czy można Wam zaufać",
            ru="Сомнения, можно ли вам доверять",
            en="Doubts whether to trust you",
        ),
    ),
    ChoiceTemplate(
        "payment",
        text(
            cs="Chyběl vhodný způsob platby",
            pl="Brak odpowiedniego sposobu płatności",
            ru="Не было удобного способа оплаты",
            en="No suitable way to pay",
        ),
    ),
    ChoiceTemplate(
        "website",
        text(
            cs="Nepohodlný web nebo aplikace",
            pl="Niewygodna strona lub aplikacja",
            ru="Неудобный сайт или приложение",
            en="A website or app that is hard to use",
        ),
    ),
    ChoiceTemplate(
        "other", text(cs="Něco jiného", pl="Coś innego", ru="Что-то другое", en="Something else")
    ),
)
