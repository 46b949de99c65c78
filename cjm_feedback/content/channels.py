"""The default channels by which a company and its customers reach each other."""

from __future__ import annotations

from dataclasses import dataclass

from cjm_feedback.content.texts import Text, text


@dataclass(frozen=True)
class ChannelTemplate:
    """`paid` tells the channels that cost money per contact, for questions about the ad budget."""

    key: str
    name: Text
    paid: bool = False


CHANNELS = (
    ChannelTemplate("web", text(cs="Web", pl="Strona internetowa", ru="Сайт", en="Website")),
    ChannelTemplate(
        "email", text(cs="E-mail", pl="Wiadomość e-mail", ru="Электронная почта", en="Email")
    ),
    ChannelTemplate("qr", text(cs="QR kód", pl="Kod QR", ru="QR-код", en="QR code")),
    ChannelTemplate(
        "app",
        text(
            cs="Mobilní aplikace",
            pl="Aplikacja mobilna",
            ru="Мобильное приложение",
            en="Mobile app",
        ),
    ),
    ChannelTemplate(
        "shop", text(cs="Prodejna", pl="Sklep stacjonarny", ru="Магазин", en="Physical shop")
    ),
    ChannelTemplate("phone", text(cs="Telefon", pl="Telefon", ru="Телефон", en="Phone")),
    ChannelTemplate(
        "social",
        text(cs="Sociální sítě", pl="Media społecznościowe", ru="Соцсети", en="Social media"),
    ),
    ChannelTemplate(
        "ads",
        text(
            cs="Reklama na internetu",
            pl="Reklama w internecie",
            ru="Реклама в интернете",
            en="Online advertising",
        ),
        paid=True,
    ),
)
