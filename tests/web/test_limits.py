from __future__ import annotations

from datetime import timedelta

from cjm_feedback.web.limits import Limit
from tests.conftest import NOW


def test_a_limit_allows_so_many_in_its_time_and_then_again() -> None:
    limit = Limit(2, timedelta(minutes=1))

    assert [limit.allows(NOW) for _ in range(3)] == [True, True, False]
    assert not limit.allows(NOW + timedelta(seconds=59))
    assert [limit.allows(NOW + timedelta(seconds=60)) for _ in range(3)] == [True, True, False]
