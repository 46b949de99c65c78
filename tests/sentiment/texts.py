"""Any text at all, and text that analysers have something to say about."""

from hypothesis import strategies as st

ANY_CHARACTER = st.characters(exclude_categories=())

WORDS = [
    *("skvělé", "skvele", "není", "ale", "velmi", "špatné", "nejhorší", "nic", "moc", "problém"),
    *("nie", "polecam", "bardzo", "źle", "не", "очень", "плохо", "спасибо", "больше", "приду"),
    *("not", "isn't", "very", "good", "bad", "terrible", "n't", "never", "great", "love"),
    *(
        "👍",
        "😡",
        ":)",
        ":(",
        "<3",
        ")))",
        "(!)",
        "!",
        ",",
        "…",
        "\n",
        "\u200b",
        "e\u0301",
        "\ud83d",
    ),
]

ANY_TEXT = st.one_of(
    st.text(ANY_CHARACTER, max_size=200),
    st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=25).map("".join),
)
