"""Emoji and emoticons, which say the same in every language. Values written by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_BY_POLARITY: Final[Mapping[float, str]] = {
    1.0: "😍🥰😻🤩💯🏆🥇",
    0.9: "❤♥💕💖💗💘💙💚💛🧡💜💞💓🖤🤍🤎🫶😘🎉🎊⭐🌟🏅👑",
    0.8: "😀😃😄😁😊☺😇🤗👏🙌😋😚🤤🔥💪🎈🤙👌",
    0.7: "👍😎😸😺🙂✨💐🌹🌸🌺💫🥳🍀🤝✌🌈✅✔",
    0.5: "😉😌😂🤣😅😆😜😝😛🤪😹🙏🌞☀🤓😏👋",
    0.0: "😐😶🤷🙃🤔",
    -0.3: "😯😮😲😳🤨🙄😑😬🥱😪❓",
    -0.5: "🙁☹😕😟😦😧😨😥😰😓😔😞🤕😿🤦😵🥴❌⛔🐌",
    -0.7: "😢😭😩😫😖😣👎😒😤💔😾🙀😱⚠",
    -0.9: "😠😡🤬🤢🤮💩🖕👿😈☠💀🤡🚮",
}

POLARITY_OF_SYMBOL: Final[Mapping[str, float]] = {
    symbol: polarity for polarity, symbols in _BY_POLARITY.items() for symbol in symbols
}

_HAPPY_MOUTH: Final = 0.6
_SAD_MOUTH: Final = -0.6
_DOUBTFUL_MOUTH: Final = -0.4

# Russian and Czech writers often leave the eyes out: ")))" smiles, "(((" is sad.
EMOTICON: Final = (
    r"(?<![\w])(?:[:;=]'?-?(?:[/\\](?![/\\])|[)\](\[|*DPpoO]+)(?!\w)|<3|\^_?\^)"
    r"|(?<![(:;=-])[)]{2,}|(?<![):;=-])[(]{2,}(?!\w)"
)
EMOJI: Final = "[" + "".join(map(re.escape, POLARITY_OF_SYMBOL)) + "]"


def polarity_of_symbol(symbol: str) -> float:
    """For an emoji of the table or a match of `EMOTICON`."""
    if symbol in POLARITY_OF_SYMBOL:
        return POLARITY_OF_SYMBOL[symbol]
    mouth = symbol[-1]
    if mouth in "([":
        return _SAD_MOUTH
    if mouth in "|/\\oO":
        return _DOUBTFUL_MOUTH
    return _HAPPY_MOUTH
