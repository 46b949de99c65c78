"""Sample business goals that a journey may aim at."""

from __future__ import annotations

from cjm_feedback.content.texts import text

SHOP_GOALS = (
    text(
        cs="Se způsobem doručení ať je spokojeno aspoň 80 % lidí.",
        pl="Co najmniej 80% osób ma być zadowolonych z dostawy.",
        ru="Доставкой должны быть довольны не менее 80 % людей.",
        en="At least 80% of people are satisfied with delivery.",
    ),
    text(
        cs="Ať nikdo neodejde od rozdělaného nákupu kvůli platbě.",
        pl="Nikt nie rezygnuje z zakupów z powodu płatności.",
        ru="Никто не бросает покупку из-за оплаты.",
        en="Nobody abandons a purchase because of the payment.",
    ),
    text(
        cs="Ať se každý třetí člověk vrátí pro další nákup do půl roku.",
        pl="Co trzecia osoba wraca po kolejny zakup w ciągu pół roku.",
        ru="Каждый третий возвращается за новой покупкой в течение полугода.",
        en="One person in three comes back to buy again within half a year.",
    ),
    text(
        cs="Peníze na reklamu dávat tam, odkud přicházejí spokojení zákazníci.",
        pl="Budżet na reklamę kierować tam, skąd przychodzą zadowoleni klienci.",
        ru="Вкладывать рекламный бюджет туда, откуда приходят довольные клиенты.",
        en="Spend the advertising budget where satisfied customers come from.",
    ),
)

RESTAURANT_GOALS = (
    text(
        cs="Ať se aspoň polovina hostů vrátí do tří měsíců.",
        pl="Co najmniej połowa gości wraca w ciągu trzech miesięcy.",
        ru="Не менее половины гостей возвращаются в течение трёх месяцев.",
        en="At least half of the guests come back within three months.",
    ),
    text(
        cs="Stížnosti na čekání snížit na polovinu.",
        pl="Zmniejszyć o połowę liczbę skarg na czas oczekiwania.",
        ru="Вдвое сократить жалобы на долгое ожидание.",
        en="Halve the complaints about waiting.",
    ),
    text(
        cs="Ať nás noví hosté nejčastěji znají z doporučení.",
        pl="Nowi goście najczęściej trafiają do nas z polecenia.",
        ru="Новые гости чаще всего приходят по рекомендации.",
        en="Most new guests come because somebody recommended us.",
    ),
)
