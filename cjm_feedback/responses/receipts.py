"""The code a customer gets for an answer: who holds it may see and withdraw the answer."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, GROUP_LENGTH = 5, 4
"""Twenty of thirty signs: 98 bits, beyond guessing, and still short enough to be read aloud."""
_PATTERN = re.compile(rf"[{ALPHABET}]{{4}}(?:-[{ALPHABET}]{{4}}){{4}}")


@dataclass(frozen=True)
class Receipt:
    """`repeated`: the response was here already, this was the same submission once more."""

    code: str
    response_id: int
    repeated: bool = False


def new_code() -> str:
    return "-".join(
        "".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS)
    )


def new_external_id() -> str:
    """The number by which a response is known in files. It opens nothing: no secret."""
    return f"cjm-{secrets.token_hex(8)}"


def read_code(text: str) -> str | None:
    """The code as it is stored, however it was typed; None if it cannot be one."""
    code = text.strip().upper()
    return code if _PATTERN.fullmatch(code) else None
