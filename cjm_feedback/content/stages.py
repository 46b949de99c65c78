"""The five default stages of a journey, from the first contact to loyalty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cjm_feedback.content.texts import Text, text

Phase = Literal["before", "during", "after"]


@dataclass(frozen=True)
class StageTemplate:
    key: str
    phase: Phase
    department: str
    name: Text
    description: Text


STAGES = (
    StageTemplate(
        key="discovery",
        phase="before",
        department="marketing",
        name=text(cs="Objevení", pl="Odkrywanie", ru="Открытие", en="Discovery"),
        description=text(
            cs="Lidé se o nás poprvé dozvědí: z reklamy, od známých nebo z vyhledávání.",
            pl="Ludzie dowiadują się o nas: z reklamy, od znajomych albo z wyszukiwarki.",
            ru="Люди впервые узнают о нас: из рекламы, от друзей или через поиск.",
            en="People become aware of us: through ads, friends' recommendations or search.",
        ),
    ),
    StageTemplate(
        key="consideration",
        phase="before",
        department="marketing",
        name=text(cs="Zvažování", pl="Rozważanie", ru="Рассмотрение", en="Consideration"),
        description=text(
            cs="Sbírají informace, porovnávají možnosti a zvažují, jestli jim nabídka sedne.",
            pl="Zbierają informacje, porównują możliwości i oceniają, czy oferta im odpowiada.",
            ru="Собирают сведения, сравнивают варианты и решают, подходит ли им предложение.",
            en="They gather information, compare options and judge whether the offer suits them.",
        ),
    ),
    StageTemplate(
        key="purchase",
        phase="during",
        department="sales",
        name=text(cs="Nákup", pl="Zakup", ru="Покупка", en="Purchase"),
        description=text(
            cs="Rozhodnou se a nákup dokončí.",
            pl="Podejmują decyzję i finalizują zakup.",
            ru="Принимают решение и совершают покупку.",
            en="They decide and complete the purchase.",
        ),
    ),
    StageTemplate(
        key="experience",
        phase="after",
        department="care",
        name=text(cs="Zkušenost", pl="Doświadczenie", ru="Опыт использования", en="Experience"),
        description=text(
            cs="Užívají si, co si pořídili: ukáže se kvalita, funkčnost i péče o zákazníky.",
            pl="Korzystają z zakupu i poznają jego jakość, działanie oraz obsługę klienta.",
            ru="Пользуются купленным: становятся видны качество, удобство и забота о клиентах.",
            en="They use what they bought and get to know its quality and our customer care.",
        ),
    ),
    StageTemplate(
        key="loyalty",
        phase="after",
        department="marketing",
        name=text(cs="Věrnost", pl="Lojalność", ru="Лояльность", en="Loyalty"),
        description=text(
            cs="Zůstávají s námi, doporučují nás a nakupují znovu.",
            pl="Zostają z nami, polecają nas i kupują ponownie.",
            ru="Остаются с нами, рекомендуют нас и покупают снова.",
            en="They stay with us, recommend us and buy again.",
        ),
    ),
)
