"""Debian's Chromium by Playwright, and the desk as a reviewer's fingers know it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed (pip install playwright)")
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright
from review_server import PASSWORD, PATIENCE, Hall

ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = os.environ.get("GOUJI_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None or not Path(path).exists():
        pytest.skip("no Chromium is installed (apt-get install chromium, or name one in GOUJI_CHROMIUM)")
    with sync_playwright() as playwright:
        # Each launch makes a new, empty user data folder of its own.
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=PATIENCE * 1000)
        yield chromium
        chromium.close()


@dataclass
class Visitor:
    """A person at a browser of their own. ``faults`` are what its console complained of, violations of the Content
    Security Policy included."""

    context: BrowserContext
    page: Page
    url: str
    faults: list[str] = field(default_factory=list)

    def sign_in(self, name: str) -> None:
        """By the keyboard alone: the name's field has the focus."""
        self.page.goto(f"{self.url}/sign-in")
        expect(self.page.locator("[name=name]")).to_be_focused()
        self.page.keyboard.type(name)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/queue")
        expect(self.page.locator("#open")).not_to_have_text("–")

    @property
    def desk(self) -> Locator:
        return self.page.locator("#desk")

    def ready(self) -> tuple[str, str] | None:
        """(form, address) of the cell that the desk shows, or None when nothing waits; waits for one of both."""
        self.page.locator('#desk:is([data-state="ready"], [data-state="empty"])').wait_for(state="attached")
        if self.desk.get_attribute("data-state") == "empty":
            return None
        return str(self.desk.get_attribute("data-form")), str(self.desk.get_attribute("data-address"))

    def ready_after(self, last: tuple[str, str]) -> tuple[str, str] | None:
        """The same, once it is another cell than ``last``."""
        other = f':not([data-form="{last[0]}"][data-address="{last[1]}"])'
        self.page.locator(f'#desk[data-state="ready"]{other}, #desk[data-state="empty"]').wait_for(state="attached")
        return self.ready()

    def saved(self) -> None:
        """Wait until no decision is on its way."""
        expect(self.desk).to_have_attribute("data-pending", "0")


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens browsers; at the end no page may have complained, unless the test has emptied ``faults`` with a reason."""
    visitors: list[Visitor] = []

    def open_one(hall: Hall | str, **options: Any) -> Visitor:
        wanted = {"viewport": {"width": 1280, "height": 720}, "locale": "zh-CN", **options}
        context = browser.new_context(**wanted)
        context.set_default_timeout(PATIENCE * 1000)
        visitor = Visitor(context, context.new_page(), hall if isinstance(hall, str) else hall.url)
        visitor.page.on("console", lambda m: m.type in ("error", "warning") and visitor.faults.append(m.text))
        visitor.page.on("pageerror", lambda error: visitor.faults.append(str(error)))
        visitor.page.on("dialog", lambda dialog: (visitor.faults.append("a dialog opened"), dialog.dismiss()))
        visitors.append(visitor)
        return visitor

    yield open_one
    faults = [fault for visitor in visitors for fault in visitor.faults]
    for visitor in visitors:
        visitor.context.close()
    assert faults == []
