"""An account of Twilio, for texts and calls alike: https://www.twilio.com/docs/iam/api."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms

from daylight.core import http
from daylight.reach.channels.base import Accepted
from daylight.reach.channels.fields import other_address
from daylight.reach.channels.over_http import Call, basic, failure, in_one_line, read_json

API = "https://api.twilio.com"


class AccountForm(forms.Form):
    """What every use of an account asks for; the token's words differ."""

    account_sid = forms.RegexField(
        r"^AC[0-9a-fA-F]{32}$",
        label="Account SID",
        help_text="On the first page of the Twilio console. It begins with AC.",
        error_messages={"invalid": "An Account SID is AC and 32 letters and digits."},
    )
    base_url = other_address("Only for an account outside the US region, such as https://api.dublin.ie1.twilio.com.")


class Account:
    """How Twilio is asked for one of its `resource`s, and what its answer means by the codes in `failures`."""

    def __init__(self, settings: Mapping[str, Any], *, resource: str, failures: Mapping[Any, type[Exception]]) -> None:
        self._sid, self._token = str(settings["account_sid"]), str(settings["auth_token"])
        self._url = f"{settings.get('base_url') or API}/2010-04-01/Accounts/{self._sid}/{resource}.json"
        self._failures = failures

    def ask(self, fields: Mapping[str, str]) -> Call:
        """The request with these fields."""
        headers = {
            "Authorization": basic(self._sid, self._token),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return Call(self._url, urlencode(fields).encode(), headers)

    def judge(self, answer: http.Answer) -> Accepted:
        """201 with a sid; else a code. Raises one of the four failures."""
        said = read_json(answer)
        if answer.is_good and said.get("sid"):
            return Accepted(reference=str(said["sid"]), answer=in_one_line(answer, str(said.get("status", ""))))
        code = said.get("code")
        words = in_one_line(answer, f"{code} {said.get('message', '')}" if code else "")
        raise failure(self._failures.get(code), answer, words)
