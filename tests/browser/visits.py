"""Visitors with a browser, and what must hold for every page that they see."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from cjm_feedback.accounts.models import User, Workspace
from tests.factories import sign_in
from tests.servers import Server

TIMEOUT_MS = 10_000


class Visitors:
    """People at browsers of their own, all watched for foreign addresses and for faults."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self._browser = browser
        self._server = server
        self._contexts: list[BrowserContext] = []
        self._navigated: set[str] = set()
        self.foreign: list[str] = []
        self.faults: list[str] = []

    def arrive(
        self,
        *,
        language: str = "en",
        width: int = 1280,
        height: int = 800,
        script: bool = True,
        dark: bool = False,
        user: User | None = None,
        workspace: Workspace | None = None,
    ) -> Page:
        """An empty page of somebody new; with `user` they are signed in already."""
        context = self._browser.new_context(
            base_url=self._server.url,
            locale=language,
            viewport={"width": width, "height": height},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(TIMEOUT_MS)
        context.on("request", self._on_request)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        self._contexts.append(context)
        if user is not None:
            self._sign_in(context, user, workspace)
        return context.new_page()

    def leave(self) -> None:
        """Close every browser window; fails when a page reached out or complained."""
        for context in self._contexts:
            context.close()
        assert not self.foreign, f"pages loaded from elsewhere: {self.foreign}"
        assert not self.faults, f"the browser's console complained: {self.faults}"

    def _sign_in(self, context: BrowserContext, user: User, workspace: Workspace | None) -> None:
        app = self._server.app
        client = app.test_client()
        sign_in(client, user, workspace)
        name = str(app.config["SESSION_COOKIE_NAME"])
        cookie = client.get_cookie(name)
        assert cookie is not None
        context.add_cookies([{"name": name, "value": cookie.value, "url": self._server.url}])

    def _on_request(self, request: Request) -> None:
        if request.is_navigation_request():
            self._navigated.add(request.url)
        if not request.url.startswith((self._server.url + "/", "data:", "blob:")):
            self.foreign.append(request.url)

    def _on_console(self, message: ConsoleMessage) -> None:
        refused_page = message.location["url"] in self._navigated and message.text.startswith(
            "Failed to load resource"
        )
        if message.type in ("error", "warning") and not refused_page:
            self.faults.append(f"{message.text} ({message.location['url']})")


def assert_accessible(page: Page) -> None:
    """axe finds nothing to complain of."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def assert_fits(page: Page) -> None:
    """Nothing scrolls sideways but regions that are marked as scrolling."""
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0, f"{page.url} is {wide} px wider than the window"
