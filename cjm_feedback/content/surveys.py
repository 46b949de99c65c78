"""The default surveys: one for each stage, each a single page, and one for a restaurant visit."""

from __future__ import annotations

from cjm_feedback.content.choices import BARRIER_CHOICES, HEARD_FROM_CHOICES
from cjm_feedback.content.questions import WHAT_HAPPENED, csat, emotion, nps, words
from cjm_feedback.content.scales import CES_ENDS
from cjm_feedback.content.templates import QuestionTemplate, SurveyTemplate
from cjm_feedback.content.texts import text

TWO_QUESTIONS = text(
    cs="Dvě otázky, asi půl minuty.",
    pl="Dwa pytania, około pół minuty.",
    ru="Два вопроса, около полминуты.",
    en="Two questions, about half a minute.",
)
THREE_QUESTIONS = text(
    cs="Tři otázky, asi 40 vteřin.",
    pl="Trzy pytania, około 40 sekund.",
    ru="Три вопроса, около 40 секунд.",
    en="Three questions, about 40 seconds.",
)
FOUR_QUESTIONS = text(
    cs="Čtyři otázky, necelá minuta.",
    pl="Cztery pytania, niecała minuta.",
    ru="Четыре вопроса, меньше минуты.",
    en="Four questions, less than a minute.",
)
DISCOVERY = SurveyTemplate(
    key="discovery",
    stage="discovery",
    title=text(
        cs="Jak jste nás našli?",
        pl="Skąd nas Państwo znają?",
        ru="Как вы нас нашли?",
        en="How did you find us?",
    ),
    intro=THREE_QUESTIONS,
    thanks=text(
        cs="Díky vám víme, kde se s námi lidé poprvé potkávají.",
        pl="Dzięki Państwu wiemy, gdzie ludzie spotykają nas po raz pierwszy.",
        ru="Благодаря вам мы знаем, где люди впервые встречаются с нами.",
        en="You have shown us where people first meet us.",
    ),
    questions=(
        QuestionTemplate(
            "heard_from",
            "single_choice",
            text(
                cs="Odkud jste se o nás dozvěděli?",
                pl="Gdzie usłyszeli Państwo o nas po raz pierwszy?",
                ru="Откуда вы о нас узнали?",
                en="Where did you first hear about us?",
            ),
            required=True,
            choices=HEARD_FROM_CHOICES,
        ),
        emotion(
            text(
                cs="Jaký pocit ve vás to první setkání zanechalo?",
                pl="Jakie uczucie pozostało po tym pierwszym kontakcie?",
                ru="Какое чувство осталось после первого знакомства с нами?",
                en="Which feeling did that first contact leave you with?",
            )
        ),
        words(
            "comment",
            text(
                cs="Co vás zaujalo, nebo naopak odradilo?",
                pl="Co Państwa zainteresowało, a co zniechęciło?",
                ru="Что вас привлекло, а что оттолкнуло?",
                en="What caught your interest, or put you off?",
            ),
        ),
    ),
)

CONSIDERATION = SurveyTemplate(
    key="consideration",
    stage="consideration",
    title=text(
        cs="Jak se vám u nás vybíralo?",
        pl="Jak przebiegał wybór?",
        ru="Легко ли было выбирать?",
        en="How did choosing go?",
    ),
    intro=TWO_QUESTIONS,
    thanks=text(
        cs="Podle odpovědí odstraňujeme, co lidem při výběru překáží.",
        pl="Na podstawie odpowiedzi usuwamy to, co utrudnia wybór.",
        ru="По ответам мы убираем то, что мешает выбирать.",
        en="Your answers tell us which obstacles to remove.",
    ),
    questions=(
        QuestionTemplate(
            "barrier",
            "single_choice",
            text(
                cs="Co vás od nákupu málem odradilo?",
                pl="Co o mało nie zniechęciło Państwa do zakupu?",
                ru="Что чуть не остановило вас перед покупкой?",
                en="What nearly stopped you from buying?",
            ),
            required=True,
            choices=BARRIER_CHOICES,
        ),
        words(
            "thoughts",
            text(
                cs="Co se vám při výběru honilo hlavou?",
                pl="Jakie myśli towarzyszyły Państwu przy wyborze?",
                ru="О чём вы думали, когда выбирали?",
                en="What was going through your mind while you were choosing?",
            ),
        ),
    ),
)

PURCHASE = SurveyTemplate(
    key="purchase",
    stage="purchase",
    title=text(
        cs="Jak se vám u nás nakupovalo?",
        pl="Jak przebiegły zakupy?",
        ru="Как прошла покупка?",
        en="How did your purchase go?",
    ),
    intro=THREE_QUESTIONS,
    thanks=text(
        cs="Odpovědi čteme a podle nich nákup zjednodušujeme.",
        pl="Czytamy odpowiedzi i dzięki nim upraszczamy zakupy.",
        ru="Мы читаем ответы и делаем покупку проще.",
        en="We read the answers and make buying simpler.",
    ),
    questions=(
        csat(
            text(
                cs="Jak jste spokojeni s průběhem nákupu?",
                pl="Jak oceniają Państwo przebieg zakupów?",
                ru="Насколько вы довольны тем, как прошла покупка?",
                en="How satisfied are you with the way it went?",
            )
        ),
        emotion(
            text(
                cs="Jaký pocit ve vás nákup zanechal?",
                pl="Jakie uczucie pozostało po zakupach?",
                ru="Какое чувство осталось после покупки?",
                en="Which feeling did it leave you with?",
            )
        ),
        WHAT_HAPPENED,
    ),
)

EXPERIENCE = SurveyTemplate(
    key="experience",
    stage="experience",
    title=text(
        cs="Jak to dopadlo?",
        pl="Jak poszło?",
        ru="Как всё прошло?",
        en="How did it go?",
    ),
    intro=FOUR_QUESTIONS,
    thanks=text(
        cs="Co nevyšlo, napravíme, a co se povedlo, si pohlídáme.",
        pl="Co się nie udało, naprawimy, a o to, co się udało, zadbamy.",
        ru="Что не получилось, исправим, а что получилось, сохраним.",
        en="We will mend what went wrong and keep what went well.",
    ),
    questions=(
        csat(
            text(
                cs="Jak jste spokojeni s tím, co jste u nás po nákupu zažili?",
                pl="Jak oceniają Państwo to, co działo się po zakupie?",
                ru="Насколько вы довольны тем, что было после покупки?",
                en="How satisfied are you with what happened after your purchase?",
            )
        ),
        emotion(
            text(
                cs="Jaký pocit ve vás to zanechalo?",
                pl="Jakie emocje to wywołało?",
                ru="Какое чувство после этого осталось?",
                en="Which feeling did that leave you with?",
            )
        ),
        WHAT_HAPPENED,
        QuestionTemplate(
            "ces",
            "ces",
            text(
                cs="Jak snadné pro vás bylo všechno vyřídit?",
                pl="Jak łatwo było Państwu wszystko załatwić?",
                ru="Насколько легко было решить всё, что нужно?",
                en="How easy was it to get everything sorted?",
            ),
            choices=CES_ENDS,
        ),
    ),
)

LOYALTY = SurveyTemplate(
    key="loyalty",
    stage="loyalty",
    title=text(
        cs="Doporučíte nás?",
        pl="Czy polecą nas Państwo?",
        ru="Порекомендуете нас?",
        en="Would you recommend us?",
    ),
    intro=TWO_QUESTIONS,
    thanks=text(
        cs="Jsme rádi, že jste s námi.",
        pl="Cieszymy się, że są Państwo z nami.",
        ru="Мы рады, что вы с нами!",
        en="We are glad that you stay with us.",
    ),
    questions=(
        nps(
            text(
                cs="Jak pravděpodobné je, že nás doporučíte přátelům nebo kolegům?",
                pl="Na ile prawdopodobne jest, że polecą nas Państwo rodzinie lub znajomym?",
                ru="Насколько вероятно, что вы порекомендуете нас друзьям или коллегам?",
                en="How likely are you to recommend us to friends or colleagues?",
            ),
            required=True,
        ),
        words(
            "comment",
            text(
                cs="Proč právě tohle číslo?",
                pl="Dlaczego właśnie tyle?",
                ru="Почему именно столько?",
                en="Why this number?",
            ),
        ),
    ),
)

STAGE_SURVEYS = (DISCOVERY, CONSIDERATION, PURCHASE, EXPERIENCE, LOYALTY)

VISIT = SurveyTemplate(
    key="visit",
    stage=None,
    title=text(
        cs="Jak vám u nás bylo?",
        pl="Jak udała się wizyta?",
        ru="Как вам у нас?",
        en="How was your visit?",
    ),
    intro=FOUR_QUESTIONS,
    thanks=text(
        cs="Vzkaz čte kuchyně i obsluha.",
        pl="Odpowiedź przeczytają kuchnia i obsługa.",
        ru="Ваш ответ прочтут и на кухне, и в зале.",
        en="Kitchen and floor both read your answer.",
    ),
    questions=(
        csat(
            text(
                cs="Jak jste spokojeni s návštěvou?",
                pl="Jak oceniają Państwo wizytę?",
                ru="Насколько вы довольны визитом?",
                en="How satisfied are you with your visit?",
            )
        ),
        emotion(
            text(
                cs="Jaký pocit ve vás návštěva zanechala?",
                pl="Jakie uczucie pozostało po wizycie?",
                ru="Какое чувство осталось после визита?",
                en="Which feeling did the visit leave you with?",
            )
        ),
        nps(
            text(
                cs="Jak pravděpodobné je, že nás doporučíte přátelům?",
                pl="Na ile prawdopodobne jest, że polecą nas Państwo znajomym?",
                ru="Насколько вероятно, что вы порекомендуете нас друзьям?",
                en="How likely are you to recommend us to friends?",
            ),
            required=False,
        ),
        words(
            "comment",
            text(
                cs="Co se povedlo a co ne?",
                pl="Co się udało, a co nie?",
                ru="Что понравилось, а что нет?",
                en="What went well and what did not?",
            ),
        ),
    ),
)

RESTAURANT_SURVEYS = (VISIT,)
