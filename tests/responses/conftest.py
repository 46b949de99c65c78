from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from tests.conftest import NOW


@pytest.fixture
def now() -> Iterator[None]:
    """The clock stands at the moment at which the factory's objects were made."""
    with time_machine.travel(NOW, tick=False):
        yield
