from __future__ import annotations

import pytest

from cjm_feedback.web.languages import LANGUAGES
from tests.browser.visits import Visitors, assert_accessible, assert_fits


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_page_is_accessible_at_320_px_in_each_language(
    visitors: Visitors, language: str
) -> None:
    page = visitors.arrive(language=language, width=320)

    reply = page.goto("/no-such-page")

    assert reply is not None
    assert reply.status == 404
    assert page.locator("html").get_attribute("lang") == language
    assert_accessible(page)
    assert_fits(page)


def test_s37_a_page_that_reached_out_would_be_noticed(visitors: Visitors) -> None:
    page = visitors.arrive()
    page.goto("/no-such-page")

    page.evaluate("fetch('http://127.0.0.2:9/').catch(() => null)")

    assert any("Content Security Policy" in fault for fault in visitors.faults)
    visitors.faults.clear()
    page.goto("about:blank")
    page.evaluate("fetch('http://127.0.0.2:9/').catch(() => null)")
    assert visitors.foreign == ["http://127.0.0.2:9/"]
    visitors.foreign.clear()
    visitors.faults.clear()
