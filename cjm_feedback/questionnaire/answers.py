"""The value of one answer, and why a value is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnswerValue:
    """A number, the key of a choice, or a text: exactly one of them."""

    number: int | None = None
    choice: str | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        if [self.number, self.choice, self.text].count(None) != 2:
            raise ValueError("an answer holds one value")

    @property
    def plain(self) -> int | str:
        """The value by itself, for rules and for JSON."""
        return next(v for v in (self.number, self.choice, self.text) if v is not None)


class InvalidAnswerError(ValueError):
    """An answer cannot be taken. `code` names the reason, `params` what its message needs."""

    def __init__(self, code: str, **params: int) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, int] = params

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, InvalidAnswerError)
            and self.code == other.code
            and self.params == other.params
        )

    def __hash__(self) -> int:
        return hash(self.code)
