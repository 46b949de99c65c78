"""Sample business goals that a journey may aim at."""

from __future__ import annotations

from cjm_feedback.content.texts import text

SHOP_GOALS = (
    text(
        cs="S doručením je spokojeno aspoň 80 % lidí.",
        pl="Co najmniej 80% osób jest zadowolonych z dostawy.",
        ru="Доставкой довольны не менее 80 % людей.",
        en="At least 80% of people are satisfied with delivery.",
    ),
    text(
        cs="Nikdo neodejde od rozdělaného nákupu kvůli platbě.",
        pl="Nikt nie rezygnuje z zakupów z powodu płatności.",
        ru="Никто не бросает покупку из-за оплаты.",
        en="Nobody abandons a purchase because of the payment.",
    ),
    text(
        cs="Každý třetí člověk se do půl roku vrátí pro další nákup.",
        pl="Co trzecia osoba wraca po kolejny zakup w ciągu pół roku.",
        ru="Каждый третий возвращается за новой покупкой в течение полугода.",
        en="One person in three comes back to buy again within half a year.",
    ),
    text(
        cs="Peníze na reklamu jdou tam, odkud přicházejí spokojení zákazníci.",
        pl="Budżet na reklamę idzie tam, skąd przychodzą zadowoleni klienci.",
        ru="Рекламный бюджет идёт туда, откуда приходят довольные клиенты.",
        en="The advertising budget goes where satisfied customers come from.",
    ),
)

RESTAURANT_GOALS = (
    text(
        cs="Aspoň polovina hostů se vrátí do tří měsíců.",
        pl="Co najmniej połowa gości wraca w ciągu trzech miesięcy.",
        ru="Не менее половины гостей возвращаются в течение трёх месяцев.",
        en="At least half of the guests come back within three months.",
    ),
    text(
        cs="Stížností na čekání bude o polovinu méně.",
        pl="Skarg na czas oczekiwania jest o połowę mniej.",
        ru="Жалоб на долгое ожидание вдвое меньше.",
        en="Complaints about waiting are halved.",
    ),
    text(
        cs="Noví hosté přicházejí nejčastěji na doporučení.",
        pl="Nowi goście najczęściej trafiają do nas z polecenia.",
        ru="Новые гости чаще всего приходят по рекомендации.",
        en="Most new guests come because somebody recommended us.",
    ),
)
