"""A writer at the public form, without scripts: opens it, fills it in, and sends it again when no answer came."""

import html
import http.client
import re
from urllib.parse import urlencode, urlsplit

_ONCE = re.compile(r'name="once" value="([^"]+)"')
OF_ONE_NETWORK = 200
"""So many messages come from one network before the next takes its turn: more would be too many for the form."""


class Writer:
    """Somebody who says one thing after the other; `number` tells them from others."""

    def __init__(self, url: str, number: int) -> None:
        self._server, self._number, self._said = urlsplit(url).netloc, number, 0
        self._once = ""

    def say(self, words: str) -> bool:
        """Send these words, by the form that was opened for them; whether they were accepted.

        After False, say the same again: it goes by the same form, as a browser sends a page once more.
        """
        try:
            self._once = self._once or self._opened()
            status, _ = self._ask("POST", urlencode({"words": words, "once": self._once}))
        except (OSError, http.client.HTTPException):
            return False
        if status != http.client.SEE_OTHER:
            return False
        self._said, self._once = self._said + 1, ""
        return True

    def _opened(self) -> str:
        found = _ONCE.search(self._ask("GET")[1])
        return html.unescape(found[1]) if found else ""

    def _ask(self, method: str, body: str = "") -> tuple[int, str]:
        connection = http.client.HTTPConnection(self._server, timeout=30)
        network = f"203.{self._number}.{self._said // OF_ONE_NETWORK}.7"
        headers = {"X-Forwarded-For": network, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, "/say/", body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()
