"""How often something may happen, counted in this process."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from threading import Lock


class Limit:
    """At most `times` within any `span`."""

    def __init__(self, times: int, span: timedelta) -> None:
        self._times = times
        self._span = span
        self._seen: deque[datetime] = deque()
        self._lock = Lock()

    def allows(self, at: datetime) -> bool:
        """Whether it may happen once more; if so it counts."""
        with self._lock:
            while self._seen and at - self._seen[0] >= self._span:
                self._seen.popleft()
            if len(self._seen) >= self._times:
                return False
            self._seen.append(at)
            return True
