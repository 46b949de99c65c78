from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import FLAGS, find_chromium
from tests.browser.visits import Visitors
from tests.servers import Server

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of this folder; each visitor has a profile of their own."""
    path = find_chromium()
    # Package scope: while Playwright runs, no other test could use asyncio in this thread.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def visitors(chromium: Browser, server: Server) -> Iterator[Visitors]:
    """Who visits the server in this test; afterwards nothing foreign or faulty was loaded."""
    visitors = Visitors(chromium, server)
    yield visitors
    visitors.leave()
