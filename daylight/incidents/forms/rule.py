"""Choosing who is affected: one rule of the register."""

from typing import Any

from django import forms

from daylight.customers.models import Commitment, Group
from daylight.incidents import listing, register
from daylight.incidents.failures import RuleNotUsable
from daylight.incidents.models import Component, RegisterRule

Kind = RegisterRule.Kind
NEEDED_WHEN_CHOSEN = ("reason", "component", "attributes", "group")
"""Fields that are seen only in a choice that needs them: none of them says that it is optional."""

LARGEST_LIST = 20 * 1024 * 1024
UNMATCHED_KEPT = 1_000


class RuleForm(forms.Form):
    """One rule. Only the fields of the chosen kind count."""

    rule_kind = forms.ChoiceField(
        label="Where do we find them?",
        widget=forms.RadioSelect,
        choices=[*Kind.choices],
        initial=Kind.COMMITMENTS,
    )
    component = forms.ModelChoiceField(
        queryset=Component.objects.in_use(), to_field_name="key", required=False, label="Component"
    )
    commitment_kind = forms.CharField(max_length=40, required=False, label="Kind", help_text="Such as order.")
    commitment_facts = forms.CharField(
        required=False,
        label="Facts",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One a line, such as warehouse = North.",
        max_length=2000,
    )
    promised_from = forms.DateField(
        required=False, label="Promised from", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    promised_until = forms.DateField(
        required=False, label="Promised until", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    attributes = forms.CharField(
        required=False,
        label="Attributes",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One a line, such as plan = gold.",
        max_length=2000,
    )
    group = forms.CharField(
        required=False, label="Group", max_length=200, help_text="Its name, or the beginning of it."
    )
    file = forms.FileField(
        required=False, label="List", help_text="Customer numbers, e-mail addresses or order numbers, one a line (CSV)."
    )
    numbers = forms.CharField(
        required=False,
        label="Or write them here",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=200_000,
        help_text="One a line.",
    )
    reason = forms.CharField(
        max_length=300,
        label="Why are they affected?",
        help_text="Customers will read it, such as “Your order ships from our warehouse North this week.”",
    )

    def __init__(self, *args: Any, is_optional: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listing: listing.Listing | None = None
        self.is_optional = is_optional
        if is_optional:
            later = ("", "We find out later")
            self.fields["rule_kind"] = forms.ChoiceField(
                label="Who is affected?",
                widget=forms.RadioSelect,
                choices=[later, *Kind.choices],
                required=False,
                initial="",
            )
            self.fields["reason"].required = False
        for name in NEEDED_WHEN_CHOSEN:
            self.fields[name].widget.is_required = True

    @property
    def is_chosen(self) -> bool:
        """Whether a rule was chosen at all."""
        return bool(self.cleaned_data.get("rule_kind"))

    @staticmethod
    def suggestions() -> list[str]:
        """Facts of commitments as a person may type them."""
        choices = Commitment.objects.attribute_choices()
        return [f"{name} = {value}" for name, values in choices.items() for value in values][:60]

    def clean(self) -> dict[str, Any]:
        """Read the fields of the chosen kind into `parameters`, and try whether the rule can be used."""
        answers = super().clean() or {}
        kind = answers.get("rule_kind")
        if not kind:
            return answers
        if not answers.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Say why they are affected: customers will read it.")
        try:
            parameters = self._parameters(kind, answers)
            if kind != Kind.LISTED:
                register.find(kind, parameters)
        except (RuleNotUsable, listing.ListTooLong) as problem:
            self.add_error(PLACES.get(kind, "rule_kind"), str(problem))
        else:
            answers["parameters"] = parameters
        return answers

    def _parameters(self, kind: str, answers: dict[str, Any]) -> dict[str, Any]:
        if kind == Kind.COMPONENT:
            if not answers.get("component"):
                raise RuleNotUsable("Choose a component.")
            return {"component": answers["component"].key}
        if kind == Kind.COMMITMENTS:
            return self._commitments(answers)
        if kind == Kind.ATTRIBUTES:
            return _facts(answers.get("attributes", ""))
        if kind == Kind.GROUP:
            return {"group": _group(answers.get("group", "")).pk}
        if kind == Kind.LISTED:
            return self._listed(answers)
        return {}

    def _commitments(self, answers: dict[str, Any]) -> dict[str, Any]:
        begins, ends = answers.get("promised_from"), answers.get("promised_until")
        if begins and ends and ends < begins:
            raise RuleNotUsable("The second date lies before the first.")
        found: dict[str, Any] = {}
        if answers.get("commitment_kind"):
            found["kind"] = answers["commitment_kind"].strip()
        if answers.get("commitment_facts"):
            found["attributes"] = _facts(answers["commitment_facts"])
        if begins:
            found["promised_from"] = begins.isoformat()
        if ends:
            found["promised_until"] = ends.isoformat()
        return found

    def _listed(self, answers: dict[str, Any]) -> dict[str, Any]:
        file = answers.get("file")
        if file is not None and file.size > LARGEST_LIST:
            raise RuleNotUsable("This file is larger than 20 MB; choose by a rule or split it.")
        content = file.read() if file is not None else answers.get("numbers", "").encode()
        self.listing = listing.read(content)
        if not self.listing.customers:
            named = (
                f"none of its {self.listing.lines:,} lines names a customer" if self.listing.lines else "it is empty"
            )
            raise RuleNotUsable(f"The list finds nobody: {named}.")
        return {
            "customers": self.listing.customers,
            "file": file.name if file is not None else "",
            "count": len(self.listing.customers),
            "lines": self.listing.lines,
            "unmatched": [list(pair) for pair in self.listing.unmatched[:UNMATCHED_KEPT]],
            "unmatched_count": len(self.listing.unmatched),
        }


PLACES: dict[str, str] = {
    Kind.COMPONENT: "component",
    Kind.COMMITMENTS: "commitment_facts",
    Kind.ATTRIBUTES: "attributes",
    Kind.GROUP: "group",
    Kind.LISTED: "file",
}


def _facts(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, sign, value = line.partition("=" if "=" in line else ":")
        if not sign or not name.strip():
            raise RuleNotUsable(f"“{line[:60]}” is not a fact; write it as name = value.")
        values = [each.strip() for each in value.split(",") if each.strip()]
        if not values:
            raise RuleNotUsable(f"“{name.strip()[:60]}” has no value; write it as name = value.")
        found[name.strip()] = values[0] if len(values) == 1 else values
    if not found:
        raise RuleNotUsable("Name at least one fact, such as plan = gold.")
    return found


def _group(name: str) -> Group:
    wanted = name.strip()
    if not wanted:
        raise RuleNotUsable("Name the group.")
    exact = Group.objects.filter(name__iexact=wanted)
    found = list(exact[:2]) or list(Group.objects.filter(name__istartswith=wanted)[:2])
    if not found:
        raise RuleNotUsable(f"There is no group called “{wanted[:60]}”.")
    if len(found) > 1:
        raise RuleNotUsable(f"Several groups begin with “{wanted[:60]}”; write the whole name.")
    return found[0]
