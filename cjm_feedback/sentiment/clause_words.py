"""The words that part clauses, as they are written without diacritics."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final


@dataclass(frozen=True)
class ClauseWords:
    """What one language says between clauses.

    `turns` open a clause even where the comma was forgotten, `particles` do so
    or stand second in it ("kuchyně však žije z mikrovlnky"), as those of `second`
    always do; `after_comma` open one only after a comma ("jen", "though").
    `joining` are the words for "and". `dependent` words open a clause that says
    nothing without the one before.
    """

    turns: frozenset[str]
    particles: frozenset[str]
    second: frozenset[str]
    after_comma: frozenset[str]
    joining: frozenset[str]
    dependent: frozenset[str]
    negations: frozenset[str]
    headings: frozenset[str]
    abbreviations: frozenset[str]
    verb: re.Pattern[str]

    @cached_property
    def openers(self) -> frozenset[str]:
        """What turns a comment after a comma."""
        return self.turns | self.particles | self.after_comma

    @cached_property
    def seconds(self) -> frozenset[str]:
        """What turns a comment from within a clause."""
        return self.particles | self.second

    @cached_property
    def dependent_after_dash(self) -> frozenset[str]:
        return self.dependent | POINTING

    @cached_property
    def empty(self) -> frozenset[str]:
        """Words that make no clause on their own."""
        return self.openers | self.second | self.joining | self.negations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CZECH: Final = ClauseWords(
    turns=_set("jenze jenomze avsak nicmene lec kdezto prestoze ackoli ackoliv akorat"),
    particles=_set("ale vsak ovsem bohuzel nastesti naopak zato"),
    second=frozenset(),
    after_comma=_set(
        "horsi co'se'tyce pokud'jde jen jenom pouze jinak i'kdyz byt no trebaze snad zklamani skoda"
    ),
    joining=_set("a i ani"),
    dependent=_set(
        "ze aby abych abychom abyste abys ktery ktera ktere kteri kterou kterym kterych kteremu"
        " ktereho kterymi kterem kdo koho komu kym co ceho cemu cim coz kdyz pokud jestli jestlize"
        " zda zdali protoze jelikoz nebot jak jako nez kde kam kdy odkud az dokud kdyby kdybych"
        " kdybychom jakmile zatimco nebo ci jaky jaka jake jehoz jejiz jenz takze aniz prave"
        " vcetne hlavne zejmena zvlast i vlastne prosim aspon alespon tedy treba napriklad"
    ),
    negations=_set("ne ani bez nikoli nikoliv nejen"),
    headings=_set("plusy minusy klady zapory pozitiva negativa vyhody nevyhody plus minus"),
    abbreviations=_set(
        "napr tzv tj cca c cp ul nam tel str kc mil tis min max atd apod aj resp popr pr mj hod"
        " ing mgr bc mudr judr phdr dr p pi sl sv vc zn ks kap ev nar prof doc dipl obr odd kl"
        " st tr roc ad"
    ),
    verb=re.compile(
        r"(?:je|jsou|neni|nejsou|jsem|jsme|jste|by|bych|bychom|ma|maji|nema|nemaji|mam|mame|nemam"
        r"|jde|nejde|jdou|sel|nesel|muze|chce|vi|trva|stoji|chodi|drzi|funguje|bude|budu|budou"
        r"|\w{2,}(?:la|lo|li|ly)|\w{2,}[aeiou]l|\w{3,}(?:uje|uji|uju|ujou|aji|ame|ime|eme|ejte|ujeme)"
        r"|ne\w{3,}(?:a|e|i))"
    ),
)
_POLISH: Final = ClauseWords(
    turns=_set(
        "ale lecz niemniej jednakze choc chociaz aczkolwiek mimo'ze pomimo'ze tylko'ze tyle'ze"
        " podczas'gdy"
    ),
    particles=_set("jednak niestety natomiast zas"),
    second=_set("za'to"),
    after_comma=_set(
        "co'do no lepiej tylko jedynie za'to szkoda minus inaczej a gorzej"
        " wprawdzie plus oprocz poza z'tym'ze"
    ),
    joining=_set("i oraz"),
    dependent=_set(
        "ze zeby aby by ktory ktora ktore ktorzy ktorego ktorej ktorych ktorym ktorymi ktoremu"
        " ktorego kto kogo komu kim co czego czemu czym gdy kiedy jesli jezeli bo poniewaz"
        " gdyz jak jako niz gdzie czy skad dokad ani ni lub albo dopoki zanim az gdyby"
        " wiec dlatego jaki jaka jakie  zwlaszcza szczegolnie glownie na'przyklad"
        " czyli jakby bym zebym zebysmy abym abysmy poniekad moim"
    ),
    negations=_set("nie bez ani nigdy"),
    headings=_set("plusy minusy zalety wady plus minus pozytywy negatywy"),
    abbreviations=_set(
        "np tzw tj ok ul al pl tel str godz min max zl mln tys itd itp itd m'in dr prof mgr inz r"
        " w nr pt sw ks pkt cd br ww woj pow os szt ub jw im"
    ),
    verb=re.compile(
        r"(?:jest|sa|byl|byla|bylo|byly|byli|ma|maja|mam|mamy|mial|nie|bedzie|beda|moze|mozna|trzeba"
        r"|dziala|trwa|wisi|stoi|trzyma|kosztuje|polecam|warto|brak|brakuje|dalo"
        r"|\w{2,}(?:la|lo|li|ly|lem|lam|lismy|lysmy)|\w{2,}[aeiouy]l"
        r"|\w{3,}(?:uje|uja|uje|amy|emy|imy|ymy|acie|ecie|aja|eja))"
    ),
)
_RUSSIAN: Final = ClauseWords(
    turns=_set("но хотя нежели а'вот"),
    particles=_set("однако правда жаль зато увы к'сожалению к'счастью"),
    second=_set("же"),
    after_comma=_set(
        "что'касается только лишь а да'вот вот'только разве'что увы жаль но'вот пусть да"
        " no tolko odnako zato hotya pravda a"
    ),
    joining=_set("и i"),
    dependent=_set(
        "что чтобы чтоб который которая которое которые которого которой которых которым которыми"
        " которому которую котором кто кого кому кем чем чего чему когда если потому поэтому"
        " как так'как где куда откуда пока или либо ни будто словно зачем почему сколько какой"
        " какая какие каким какого каких чей ли раз ведь например особенно включая кроме"
        " чтобы пожалуйста так'что конечно видимо наверное похоже кажется значит"
    ),
    negations=_set("не ни без нет никогда ne ni net bez"),
    headings=_set("плюсы минусы достоинства недостатки плюс минус преимущества"),
    abbreviations=_set(
        "т д п е др пр г гг ул д руб коп тыс млн мин макс см рис стр тел им н э кв корп обл р-н ч"
        " сек шт проц ок св проф акад напр т.е rub"
    ),
    verb=re.compile(
        r"(?:нет|есть|был|была|было|были|будет|не|можно|нельзя|надо|нужно|идет|ждет|стоит|хочет"
        r"|\w{2,}(?:ла|ло|ли|лся|лась|лось|лись)|\w{2,}[аеиоуыя]л"
        r"|\w{2,}(?:ет|ют|ут|ит|ат|ят|ется|ются|ится|атся|ятся|аем|яем|уем|ешь|ишь|аю|яю|ую))"
    ),
)
_ENGLISH: Final = ClauseWords(
    turns=_set("but although whereas except unfortunately sadly"),
    particles=_set("however though tho"),
    second=_set("mind"),
    after_comma=_set(
        "as'for though tho only just yet while otherwise unfortunately still pity shame"
        " apart instead mind even'though then"
    ),
    joining=_set("and"),
    dependent=_set(
        "that which who whose whom when if because since as than where so or nor including like"
        " such especially unless until before after once whether for to with without"
        " even at in on from by about"
    ),
    negations=_set("not no never nor cannot can't don't isn't without neither n't"),
    headings=_set("pros cons pluses minuses plus minus positives negatives likes dislikes"),
    abbreviations=_set(
        "mr mrs ms dr prof st vs etc e.g i.e eg ie approx no tel ext min max inc ltd co jr sr"
        " dept est fig vol rd ave gen rev a.m p.m am pm"
    ),
    verb=re.compile(
        r"(?:is|are|was|were|has|have|had|do|does|did|can|could|will|would|should|must|may|might"
        r"|isn't|aren't|wasn't|weren't|hasn't|haven't|hadn't|don't|doesn't|didn't|can't|couldn't"
        r"|won't|wouldn't|got|get|gets|came|come|comes|took|take|takes|went|goes|made|make|makes"
        r"|broke|left|said|told|gave|felt|feel|feels|found|kept|keep|keeps|lost|ran|runs|works"
        r"|work|cost|costs|needs|need|looks|looked|tastes|arrived|put|sat|stood|paid|knew|know"
        r"|thought|love|loved|like|liked|hate|hated|recommend|i'm|i've|it's|they're|we're|that's"
        r"|there's|you're|\w+'(?:s|re|ve|ll|d|m)|\w{3,}ed)"
    ),
)


def _together(*tables: ClauseWords) -> ClauseWords:
    """For a text whose language nobody knows; words that mean else elsewhere are left out."""

    def union(name: str, but: str = "") -> frozenset[str]:
        return frozenset[str]().union(*(getattr(table, name) for table in tables)) - _set(but)

    return ClauseWords(
        turns=union("turns"),
        particles=union("particles"),
        second=union("second", "mind"),
        after_comma=union("after_comma", "a i no plus minus"),
        joining=union("joining", "ani"),
        dependent=union("dependent", "i a no"),
        negations=union("negations"),
        headings=union("headings"),
        abbreviations=union("abbreviations", "no am pm ok w p min max"),
        verb=re.compile("|".join(table.verb.pattern for table in tables)),
    )


WORDS: Final[Mapping[str, ClauseWords]] = {
    "cs": _CZECH,
    "pl": _POLISH,
    "ru": _RUSSIAN,
    "en": _ENGLISH,
    "": _together(_CZECH, _POLISH, _RUSSIAN, _ENGLISH),
}

# These follow "and" before a new clause: "and then", "and yet".
SEQUELS: Final = _set("then yet about as not never potem pak потом")
# "хотя бы" means "at least", "but also" goes on with the same.
NO_TURN_BEFORE: Final = _set("бы also")
# Abbreviations that end a sentence when a capital letter follows.
MAY_END_SENTENCE: Final = _set("atd apod itd itp etc aj kc zl am pm")
# After a dash these point back at what was named: "Самое лучшее — это завтраки".
POINTING: Final = _set("to это просто вот tohle tot jest prosto ze что just")
# "nothing but", "last but not least".
ALL_BUT: Final = _set("last all anything nothing none everything everyone nobody any nic")
# After a negation these announce a "but" that goes on with the same: "not only fast, but also …".
NOT_ONLY: Final = _set("nejen nejenze nejenom")
ONLY: Final = _set("only just только лишь tylko jen jenom") | NOT_ONLY
