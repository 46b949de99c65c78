"""Example personas of a shop, and the rules that tell whose answer it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

from cjm_feedback.content.texts import Text, text


class Predicate(TypedDict):
    """`field` is `channel`, `language` or `answer:<question key>`."""

    field: str
    op: Literal["is", "in", "at_least", "at_most"]
    value: str | int | list[str]


@dataclass(frozen=True)
class PersonaTemplate:
    key: str
    age_from: int
    age_to: int
    name: Text
    gender: Text  # empty where it does not matter
    occupation: Text
    hobbies: Text
    interests: Text
    needs: Text
    motivations: Text
    expectations: Text


@dataclass(frozen=True)
class PersonaRuleTemplate:
    """All `predicates` hold; the first such rule of a journey names the persona."""

    persona: str
    predicates: tuple[Predicate, ...]


WOMAN = text(cs="žena", pl="kobieta", ru="женщина", en="woman")
MAN = text(cs="muž", pl="mężczyzna", ru="мужчина", en="man")

FAMILY = PersonaTemplate(
    key="family",
    age_from=30,
    age_to=45,
    name=text(
        cs="Martina, nakupuje pro děti",
        pl="Martina, kupuje dla dzieci",
        ru="Мартина, покупает детям",
        en="Martina, buys for her children",
    ),
    gender=WOMAN,
    occupation=text(
        cs="účetní na částečný úvazek",
        pl="księgowa na pół etatu",
        ru="бухгалтер на полставки",
        en="part-time accountant",
    ),
    hobbies=text(
        cs="výlety s dětmi, pečení, knihovna",
        pl="wycieczki z dziećmi, pieczenie, biblioteka",
        ru="прогулки с детьми, выпечка, библиотека",
        en="outings with the children, baking, the library",
    ),
    interests=text(
        cs="knihy podle věku dítěte, hotové dárky, slevy na sady",
        pl="książki według wieku dziecka, gotowe prezenty, rabaty na zestawy",
        ru="книги по возрасту ребёнка, готовые подарки, скидки на наборы",
        en="books by age of the child, ready-made gifts, discounts on sets",
    ),
    needs=text(
        cs="Rychle vybrat večer z počítače a vědět, kdy balík přijde.",
        pl="Szybko wybrać wieczorem przy komputerze i wiedzieć, kiedy przyjdzie paczka.",
        ru="Быстро выбрать вечером за компьютером и знать, когда придёт посылка.",
        en="To choose quickly in the evening at the computer and know when the parcel comes.",
    ),
    motivations=text(
        cs="Radost dětí a klid, že dárek dorazí včas.",
        pl="Radość dzieci i spokój, że prezent dotrze na czas.",
        ru="Радость детей и уверенность, что подарок придёт вовремя.",
        en="The children's joy, and no worry that a gift might come late.",
    ),
    expectations=text(
        cs="Srozumitelné ceny, poctivé termíny, snadné vrácení.",
        pl="Jasne ceny, rzetelne terminy, łatwe zwroty.",
        ru="Понятные цены, честные сроки, простой возврат.",
        en="Clear prices, honest dates, easy returns.",
    ),
)

COLLECTOR = PersonaTemplate(
    key="collector",
    age_from=50,
    age_to=70,
    name=text(
        cs="Pavel, sbírá podepsané knihy",
        pl="Paweł, zbiera książki z autografem",
        ru="Павел, собирает книги с автографом",
        en="Pavel, collects signed books",
    ),
    gender=MAN,
    occupation=text(
        cs="učitel dějepisu",
        pl="nauczyciel historii",
        ru="учитель истории",
        en="history teacher",
    ),
    hobbies=text(
        cs="antikvariáty, autorská čtení, turistika",
        pl="antykwariaty, spotkania autorskie, piesze wędrówki",
        ru="букинистические магазины, встречи с авторами, походы",
        en="second-hand bookshops, readings, hiking",
    ),
    interests=text(
        cs="první vydání, podepsané výtisky, regionální historie",
        pl="pierwsze wydania, egzemplarze z autografem, historia regionu",
        ru="первые издания, книги с автографом, история края",
        en="first editions, signed copies, local history",
    ),
    needs=text(
        cs="Poradit se s člověkem, po telefonu nebo v prodejně.",
        pl="Poradzić się człowieka, przez telefon albo w księgarni.",
        ru="Посоветоваться с человеком, по телефону или в магазине.",
        en="To ask a human being, by phone or in the shop.",
    ),
    motivations=text(
        cs="Mít výtisk, který jinde není, a dozvědět se o něm mezi prvními.",
        pl="Mieć egzemplarz, którego nie ma gdzie indziej, i wiedzieć o nim wcześniej niż inni.",
        ru="Получить экземпляр, которого больше нигде нет, и узнать о нём раньше других.",
        en="To own a copy found nowhere else, and to hear of it among the first.",
    ),
    expectations=text(
        cs="Odborná rada, pečlivé zabalení, uznání za věrnost.",
        pl="Fachowa rada, staranne pakowanie, docenienie lojalności.",
        ru="Совет знатока, бережная упаковка, внимание к постоянным покупателям.",
        en="Expert advice, careful wrapping, thanks for being loyal.",
    ),
)

STUDENT = PersonaTemplate(
    key="student",
    age_from=18,
    age_to=26,
    name=text(
        cs="Saša, všechno přes mobil",
        pl="Sasza, wszystko przez telefon",
        ru="Саша, всё через телефон",
        en="Sasha, does it all on the phone",
    ),
    gender={},
    occupation=text(
        cs="studium na vysoké škole, brigády",
        pl="studia, prace dorywcze",
        ru="учёба в университете, подработки",
        en="university studies, temporary jobs",
    ),
    hobbies=text(
        cs="seriály, běh, knižní blogy",
        pl="seriale, bieganie, blogi o książkach",
        ru="сериалы, бег, книжные блоги",
        en="series, running, book blogs",
    ),
    interests=text(
        cs="fantasy, komiksy, učebnice z druhé ruky, sdílené tipy",
        pl="fantastyka, komiksy, używane podręczniki, polecenia z sieci",
        ru="фэнтези, комиксы, подержанные учебники, советы из сети",
        en="fantasy, comics, used textbooks, tips shared online",
    ),
    needs=text(
        cs="Vyřídit všechno v aplikaci mezi dvěma přednáškami.",
        pl="Załatwić wszystko w aplikacji między dwoma wykładami.",
        ru="Сделать всё в приложении между двумя лекциями.",
        en="To get everything done in the app between two lectures.",
    ),
    motivations=text(
        cs="Ušetřit a mít novinku dřív než ostatní.",
        pl="Oszczędzić i mieć nowość przed innymi.",
        ru="Сэкономить и получить новинку первее всех.",
        en="To save money and have the new title before the others.",
    ),
    expectations=text(
        cs="Aplikace, která nepadá, platba jedním klepnutím, doručení do boxu.",
        pl="Aplikacja, która się nie zawiesza, płatność jednym kliknięciem, dostawa do automatu.",
        ru="Приложение без сбоев, оплата в одно касание, доставка в постамат.",
        en="An app that does not crash, one-tap payment, delivery to a locker.",
    ),
)

SHOP_PERSONAS = (FAMILY, COLLECTOR, STUDENT)

MOBILE_CHANNELS = ("app", "social", "ads")

# Answers by QR code on the parcel stay unassigned, unless they tell more about the person.
SHOP_PERSONA_RULES = (
    PersonaRuleTemplate(
        STUDENT.key, ({"field": "channel", "op": "in", "value": [*MOBILE_CHANNELS]},)
    ),
    PersonaRuleTemplate(
        COLLECTOR.key, ({"field": "channel", "op": "in", "value": ["shop", "phone"]},)
    ),
    PersonaRuleTemplate(
        COLLECTOR.key,
        (
            {"field": "channel", "op": "is", "value": "qr"},
            {"field": "answer:heard_from", "op": "is", "value": "shop-window"},
        ),
    ),
    PersonaRuleTemplate(FAMILY.key, ({"field": "channel", "op": "in", "value": ["web", "email"]},)),
)
