"""Default touchpoints of a shop and of a restaurant, in the order in which people meet them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cjm_feedback.content.texts import Text, text

Initiative = Literal["brand", "customer"]


@dataclass(frozen=True)
class TouchpointTemplate:
    """`initiative` says who starts the contact; `channel` is where it usually happens."""

    key: str
    stage: str
    initiative: Initiative
    channel: str
    name: Text


FRIEND_TIP = TouchpointTemplate(
    "friend-tip",
    "discovery",
    "customer",
    "web",
    text(cs="Doporučení známých", pl="Polecenie znajomych", ru="Совет друзей", en="Friend's tip"),
)

SHOP_TOUCHPOINTS = (
    FRIEND_TIP,
    TouchpointTemplate(
        "search",
        "discovery",
        "customer",
        "web",
        text(
            cs="Vyhledávání na internetu",
            pl="Wyszukiwarka internetowa",
            ru="Поиск в интернете",
            en="Internet search",
        ),
    ),
    TouchpointTemplate(
        "social-ad",
        "discovery",
        "brand",
        "ads",
        text(
            cs="Reklama na sociálních sítích",
            pl="Reklama w mediach społecznościowych",
            ru="Реклама в соцсетях",
            en="Social media ad",
        ),
    ),
    TouchpointTemplate(
        "product-page",
        "consideration",
        "customer",
        "web",
        text(cs="Stránka zboží", pl="Strona produktu", ru="Страница товара", en="Product page"),
    ),
    TouchpointTemplate(
        "reviews",
        "consideration",
        "customer",
        "web",
        text(cs="Recenze", pl="Opinie kupujących", ru="Отзывы", en="Reviews"),
    ),
    TouchpointTemplate(
        "basket",
        "purchase",
        "customer",
        "web",
        text(cs="Košík", pl="Koszyk", ru="Корзина", en="Basket"),
    ),
    TouchpointTemplate(
        "payment",
        "purchase",
        "customer",
        "web",
        text(cs="Platba", pl="Płatność", ru="Оплата", en="Payment"),
    ),
    TouchpointTemplate(
        "delivery",
        "experience",
        "brand",
        "email",
        text(cs="Doručení", pl="Dostawa", ru="Доставка", en="Delivery"),
    ),
    TouchpointTemplate(
        "unboxing",
        "experience",
        "customer",
        "qr",
        text(cs="Rozbalení", pl="Rozpakowanie", ru="Распаковка", en="Unpacking"),
    ),
    TouchpointTemplate(
        "customer-care",
        "experience",
        "customer",
        "phone",
        text(
            cs="Péče o zákazníky",
            pl="Obsługa klienta",
            ru="Служба поддержки",
            en="Customer care",
        ),
    ),
    TouchpointTemplate(
        "returns",
        "experience",
        "customer",
        "email",
        text(
            cs="Vrácení a reklamace",
            pl="Zwroty i reklamacje",
            ru="Возврат и обмен",
            en="Returns and refunds",
        ),
    ),
    TouchpointTemplate(
        "newsletter",
        "loyalty",
        "brand",
        "email",
        text(
            cs="Novinky e-mailem",
            pl="Newsletter",
            ru="Рассылка",
            en="Email newsletter",
        ),
    ),
    TouchpointTemplate(
        "loyalty-programme",
        "loyalty",
        "brand",
        "email",
        text(
            cs="Věrnostní program",
            pl="Program lojalnościowy",
            ru="Программа лояльности",
            en="Loyalty programme",
        ),
    ),
)

RESTAURANT_TOUCHPOINTS = (
    FRIEND_TIP,
    TouchpointTemplate(
        "finding-us",
        "discovery",
        "customer",
        "web",
        text(cs="Cesta k nám", pl="Jak do nas trafić", ru="Как нас найти", en="Finding us"),
    ),
    TouchpointTemplate(
        "reservation",
        "consideration",
        "customer",
        "web",
        text(cs="Rezervace", pl="Rezerwacja", ru="Бронирование", en="Reservation"),
    ),
    TouchpointTemplate(
        "menu",
        "consideration",
        "brand",
        "qr",
        text(cs="Jídelní lístek", pl="Karta dań", ru="Меню", en="Menu"),
    ),
    TouchpointTemplate(
        "bill",
        "purchase",
        "customer",
        "qr",
        text(cs="Účet a placení", pl="Rachunek i płatność", ru="Счёт и оплата", en="The bill"),
    ),
    TouchpointTemplate(
        "service",
        "experience",
        "brand",
        "qr",
        text(cs="Obsluha", pl="Obsługa", ru="Обслуживание", en="Service"),
    ),
    TouchpointTemplate(
        "food",
        "experience",
        "customer",
        "qr",
        text(cs="Jídlo", pl="Jedzenie", ru="Еда", en="Food"),
    ),
    TouchpointTemplate(
        "drinks",
        "experience",
        "customer",
        "qr",
        text(cs="Nápoje", pl="Napoje", ru="Напитки", en="Drinks"),
    ),
    TouchpointTemplate(
        "ambience",
        "experience",
        "brand",
        "qr",
        text(cs="Prostředí", pl="Atmosfera i wnętrze", ru="Обстановка", en="Ambience"),
    ),
    TouchpointTemplate(
        "return",
        "loyalty",
        "customer",
        "email",
        text(
            cs="Další návštěva",
            pl="Kolejna wizyta",
            ru="Следующий визит",
            en="Coming back",
        ),
    ),
)
