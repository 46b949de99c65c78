"""What gives a language away, written by hand. Accents are folded: many people type without.

A language's own letters, its commonest short words, and groups of letters
that are common in it and rare in the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


LETTERS: Final[Mapping[str, Mapping[str, float]]] = {
    "cs": {**dict.fromkeys("ěřůďť", 3.0), **dict.fromkeys("áíéýúščžň", 2.0)},
    "pl": {**dict.fromkeys("ąęłśźćńż", 3.0), "ó": 1.0},
    "en": {},
}

FUNCTION_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "cs": _set(
        """
        a aby ackoli ackoliv ale anebo ani ano asi at az bez bohuzel bud bude budou budu by bych
        bychom byl byla byli bylo byly bys byt cekal cekali cekani cela celkem cely cena cenu
        ceny chtel chtela chtit chybi clovek co coz ctvrt dalsi das den diky dlouho dnes do dobra
        dobre dobrej dobry docela dodani doporucuji doporucuju dost hele hezke hezky hned hodinu
        hodiny hodne i ja jak jaka jake jakekoli jako jaky jde je jeden jedine jedna jedno jeho
        jejich jen jenom jeste jestli ji jich jidla jidlo jim jinak jine jiz jmeno jsem jses jsi
        jsme jsou jste k kazdou kazdy kde kdo kdy kdyz ke kolem krome ktera ktere kteri ktery
        kuryr kvalita kvalitni ma maji mam mame me mel mela meli melo mezi mi minut misto mit mne
        mnoho mnou moc mohl mohla moje mozna moznost muj musi musim musite muze muzete muzu my
        myslim na nad nakup nakupu nam naopak nas nase navic ne nebo nebyl nebyla nebylo nechce
        neco nej nejde nejsem nejsou nejvice nekdo nelze nemuzeme neni nez nic nich nikdo nikdy
        nikoho o obcas obchod obed objednavka objednavku objednavky obsluha ochotna ochotni
        ochotny od on opet opravdu pak penize personal pivo platba po pod podle pokud pomale
        pomalu pomaly porad porizeni potom prave pred predem pres pri prijemna prijemny prisel
        prisla prislo pro proc prodejna proste prostredi proto protoze prvni pry reklamace
        reklamaci restaurace restauraci rychla rychle rychly se sel si sice sis skvela skvele
        skvely sla slo snad spatna spatne spatny spis spokojen spokojena spolecnost spousta
        stranky strasne sve svuj ta tady tak take takova takze tam te techto ted teda tedka tedy
        telefon ten tento teto tim to tohle toho tohoto tom tomu toto trochu tu tvoje tvy ty
        tyden tyto u uplne urcite uz v vam vas vase vcera vcetne ve velice velka velky velmi vic
        vice vratit vsak vse vsechno vsichni vubec vy vyborna vyborne vyborny vzdy z za zase
        zasilka zasilku zatim zboze zbozi zda zde ze zpet
        """
    ),
    "pl": _set(
        """
        a aby albo ale ani az bardzo beda bedzie bez bo bowiem byc byl byla bylam bylem byli
        bylismy bylo byly caly cena cene ceny chce chcialam chcialem cholera chyba ci cie co cos
        czas czasem czasu czego czekac czekalam czekalem czy czyli dla dlaczego dlugo do dobra
        dobre dobry dobrze dosc dostawa dostawe dostawy dwa dzien dzis fatalna gdy gdyz gdzie go
        godzine godziny goraco hotel hotelu i ich ile im inne inny ja jacy jak jakas jakby jakie
        jakis jako jakosc jakosci je jeden jedna jednak jedzenie jego jej jesli jest jestem
        jestes jestescie jestesmy jeszcze jezeli juz kazdy kiedy kilka kto ktora ktore ktorego
        ktorej ktory ktorych ktorym ktorzy ktos ku kurier kuriera lat lecz lekarz lekarza lub ma
        maja malo mam mamy mi mial mialam mialem miejsce mila milo mily minut mna mnie moge mogl
        moglo moim moj moja moje moze mozna mu musi my mysle na nad nam nami nas nasz nasza
        naszego nawet nic nich nie niego niestety nigdy nim niz no o obecnie obsluga obsluge od
        odbieral okolo on ona one oni oraz ostatnio pacjent pan pana pani panie pieniadze
        platnosc po pod pokoj pokoju polecam poniewaz powinien powinno poza prawie produkt
        produktu prosze przed przede przesylka przez przy raz razy robi robic roku rowniez sa sam
        sie siebie sklep sklepu sniadania sniadanie soba sobie sposob strona strony swietna
        swietne swietny swoj swoje szybka szybki szybko ta tak taka taki takie takze tam te tego
        tej telefonu ten teraz tez to toba tobie totalnie troche trzeba tu tutaj twoj ty tych
        tydzien tylko tym u w wcale we wiec wiecej wiele wiem wlasnie wszyscy wszystkie wszystko
        wy z za zaden zakupy zamowienia zamowienie zanim zas zawsze zbyt zdecydowanie ze zeby
        zostal zostala
        """
    ),
    "en": _set(
        """
        a about after again all also although always am an and answered any anything are aren't
        arrived as at back bad be because been before being best better between bill both bought
        but buy by call came can can't come could couldn't courier customer day days delivered
        delivery did didn't do does doesn't don't down drinks driver during each early easy even
        ever every everyone everything few first flight food for from get go going good got great
        had has have having he he's her here him his hour hours how i i'd i'll i'm i've if in
        into is isn't it it's item items its just know last late let let's like long lost love
        made make many maybe me meal menu might minutes money month months more morning most much
        must my need never new next nice night no nobody not nothing now of off on one only or
        order ordered ordering other our out over paid parcel pay people phone place please price
        prices product products quality quick really refund same service she she's shop should
        since slow so some something staff still stop store such table take than thank thanks
        that that's the their them then there there's these they thing this those though three
        time to today tomorrow too two under until up us very wait waited waiter waiting want was
        wasn't way we we're website week weeks well went were what what's when where which while
        who why will with without won't work worked working worst would wouldn't yes yesterday
        you you're your
        """
    ),
}

# _ stands for the edge of a word.
LETTER_GROUPS: Final[Mapping[str, frozenset[str]]] = {
    "cs": _set(
        """
        _js _kt _ne _nej _pr _pri _pro _sk _v _vs _vy _zv aky_ al_ ani_ at_ chl chu_ dn eho_ ej
        emu_ eni_ hl hn hr ich_ il_ it_ jn jsi ka_ ky_ la_ li_ lo_ ne_ ni_ ost_ osti ou_ ova oval
        ovat pet tn uje_ uji_ uv uz_ vn vr ych_ ym_ ymi_ zk
        """
    ),
    "pl": _set(
        """
        _cz _nie _prz _prze _przy _rz _sz _w _wy _za ac_ aj aw cz dz dzi ego_ ej ej_ emu_ ew ia
        ic_ ie io iu lam_ lem_ na_ nia_ nie_ ny_ osc osci ow ow_ owa owo rz sci scie ska ski sz
        szcz wi yc_ ych_ ymi_
        """
    ),
    "en": _set(
        """
        's_ _qu _sh _th _un _wa _wh able ai ay ce_ ck ea ed_ ee er_ ers_ es_ ff ful gh ght ing_
        ish ity_ ke_ ld_ le_ ll ly_ me_ ment nd_ ng_ nt_ oa ong_ oo ou ous ow_ pp qu re_ se_ ss
        sty te_ th the tion ts_ tt ve_ wh x y_ ys_
        """
    ),
}

# A letter that a language does not use but in foreign names.
STRANGERS: Final[Mapping[str, frozenset[str]]] = {
    "cs": frozenset("wqxłąęśźćń"),
    "pl": frozenset("vqxěřůáíéýúščž"),
    "en": frozenset("ěřůďťáíýúščžňąęłśźćńżó"),
}

# Letters of Ukrainian and Belarusian: Cyrillic, and not Russian.
NOT_RUSSIAN: Final = frozenset("іїєґў")
