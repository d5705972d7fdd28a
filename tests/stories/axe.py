"""The axe checker in a page, and the browser of this machine; no Django here, so that proofs can use it too."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
OF_COLOURS = ("color-contrast", "link-in-text-block")
"""The rules that look at colours."""

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium_path() -> str | None:
    """The Chromium of this machine: DAYLIGHT's tests take the first that is found, or the one CHROMIUM names."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for path in map(shutil.which, CHROMIUM_NAMES) if path), None)


class Axe:
    """The checker beside the page as it stands; it looks as often as it is asked, while the page changes its looks.

    It lives in an isolated world, so that the page's own content policy stays as it is.
    """

    def __init__(self, page: Page) -> None:
        self._client = page.context.new_cdp_session(page)
        frame = self._client.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        made = self._client.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "axe"})
        self._world = made["executionContextId"]
        self._ask(AXE.read_text(encoding="utf-8"))

    def violations(self, *rules: str) -> list[str]:
        """What it finds wrong, by all rules or by those named: rule, what it means, and the element."""
        asked: dict[str, object] = {"resultTypes": ["violations"]}
        if rules:
            asked["runOnly"] = {"type": "rule", "values": rules}
        return list(
            self._ask(
                f"axe.run(document, {json.dumps(asked)}).then(r => r.violations.flatMap("
                "v => v.nodes.map(n => `${v.id}: ${v.help}: ${n.html.slice(0, 160)} ${n.failureSummary || ''}`)))"
            )
        )

    def close(self) -> None:
        """Leave the page."""
        self._client.detach()

    def _ask(self, script: str) -> Any:
        asked = {"expression": script, "contextId": self._world, "awaitPromise": True, "returnByValue": True}
        found = self._client.send("Runtime.evaluate", asked)
        if "exceptionDetails" in found:
            raise RuntimeError(str(found["exceptionDetails"]))
        return found["result"].get("value")
