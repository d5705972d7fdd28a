"""What members fill in: customers, contact points, commitments, groups, filters, and the mapping of a file."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from daylight.customers import columns, values
from daylight.customers.columns import ATTRIBUTE, FIELDS, LEAVE_OUT, Mapping
from daylight.customers.models import Commitment, ContactPoint, Customer, Group, Import

CHANNELS = {
    "email": "E-mail",
    "voice": "Phone",
    "sms": "Mobile phone (text messages)",
    "letter": "Postal address (letters)",
    "webhook": "Webhook",
}


class FactsField(forms.CharField):
    """Facts as lines of "name: value"; a value with semicolons stays as it is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.Textarea(attrs={"rows": 4}),
            required=False,
            help_text="One fact a line, such as <code>plan: gold</code>. A register can choose customers by them.",
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        """Facts as lines."""
        if not isinstance(value, dict):
            return value
        return "\n".join(f"{name}: {', '.join(map(str, fact)) if isinstance(fact, list) else fact}"
                         for name, fact in value.items())  # fmt: skip

    def clean(self, value: str) -> Any:
        """Lines as facts; the list of components used stays a list."""
        facts: dict[str, Any] = {}
        for line in super().clean(value).splitlines():
            name, colon, fact = line.partition(":")
            if line.strip() and (not colon or not name.strip()):
                raise ValidationError(f"Write a name, a colon and a value: “{line.strip()[:60]}” has no colon.")
            if line.strip():
                facts[name.strip()[:80]] = fact.strip()[:1000]
        if facts.get("uses"):
            facts["uses"] = [part.strip() for part in facts["uses"].split(",") if part.strip()]
        return facts

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as lines."""
        return super().has_changed(self.prepare_value(initial), data)


def _read(read: Any, value: str) -> str:
    if not value:
        return ""
    try:
        return str(read(value))
    except values.Refused as refused:
        raise ValidationError(str(refused)) from None


class CustomerForm(forms.ModelForm):  # type: ignore[type-arg]
    """A customer, by hand."""

    group_name = forms.CharField(max_length=200, required=False, label="Group (company)")
    attributes = FactsField(label="Facts")

    class Meta:
        model = Customer
        fields = ("name", "external_id", "group_name", "language", "time_zone", "attributes")
        labels = {"external_id": "Customer number", "time_zone": "Time zone"}
        help_texts = {
            "external_id": "The key in your own records. No two customers share one.",
            "language": "As de, en or fr-CA. Empty: the language of the organisation.",
            "time_zone": "As Europe/Berlin. Empty: the zone of the organisation.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["external_id"].required = self.fields["external_id"].widget.is_required = False
        if self.instance.group:
            self.initial["group_name"] = self.instance.group.name

    def clean_name(self) -> str:
        """The name without double spaces."""
        return values.text(self.cleaned_data["name"], longest=200)

    def clean_external_id(self) -> str | None:
        """No number is null, so that it can be unique."""
        return self.cleaned_data["external_id"] or None

    def clean_language(self) -> str:
        """The language as its code."""
        return _read(values.language, self.cleaned_data["language"])

    def clean_time_zone(self) -> str:
        """The zone by its IANA name."""
        return _read(values.time_zone, self.cleaned_data["time_zone"])

    def group(self) -> Group | None:
        """The group named, made when it is new."""
        name = " ".join(self.cleaned_data["group_name"].split())
        if not name:
            return None
        return Group.objects.filter(name=name).order_by("pk").first() or Group.objects.create(name=name)


class ContactPointForm(forms.Form):
    """One more way to reach a customer."""

    channel = forms.ChoiceField(choices=list(CHANNELS.items()))
    address = forms.CharField(
        max_length=400,
        help_text="A phone number with its country code, such as +49 30 901820. A postal address with commas, such as"
        " Kaistraße 5, 24103 Kiel, Germany.",
    )

    def __init__(self, *args: Any, customer: Customer, region: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._customer = customer
        self._region = region

    def clean(self) -> dict[str, Any]:
        """The address in its channel's normal form, once per customer."""
        given = self.cleaned_data
        if "channel" not in given or "address" not in given:
            return given
        try:
            given["address"] = self._normal(given["channel"], given["address"])
        except values.Refused as refused:
            self.add_error("address", str(refused))
            return given
        same = ContactPoint.objects.in_use().filter(
            customer=self._customer, channel=given["channel"], address=given["address"]
        )
        if same.exists():
            self.add_error("address", "This customer has this address already.")
        return given

    def _normal(self, channel: str, address: str) -> str:
        if channel == "email":
            return values.email(address)
        if channel == "webhook":
            return values.webhook(address)
        if channel == "letter":
            return values.postal(address)
        return values.phone(address, region=self._region)


class CommitmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """Something promised, by hand."""

    attributes = FactsField(label="Facts")

    class Meta:
        model = Commitment
        fields = ("kind", "reference", "title", "promised_on", "expected_on", "state", "attributes")
        widgets = {
            "promised_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "expected_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        labels = {"reference": "Order number (reference)", "promised_on": "Promised for", "expected_on": "Expected for"}
        help_texts = {
            "kind": "order, shipment, project, service …",
            "expected_on": "What we now believe. Later than promised is trouble nobody has been told of yet.",
        }
        error_messages = {"__all__": {"unique_together": "There is such a commitment already."}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("promised_on", "expected_on"):
            self.fields[name].required = self.fields[name].widget.is_required = False
        self.initial.setdefault("kind", "order")

    def clean_kind(self) -> str:
        """Kinds are lower case, so that one word is one kind."""
        return str(self.cleaned_data["kind"]).lower()


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]
    """A group's name."""

    class Meta:
        model = Group
        fields = ("name",)


class CommitmentFilter(forms.Form):
    """Which commitments to list."""

    q = forms.CharField(required=False, label="Order number", max_length=120)
    kind = forms.ChoiceField(required=False)
    state = forms.ChoiceField(required=False, choices=[("", "Any state"), *Commitment.State.choices])
    promised_from = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    promised_until = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    late = forms.BooleanField(required=False, label="Expected later than promised")

    def __init__(self, *args: Any, kinds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Any kind"), *((kind, kind) for kind in kinds)]  # type: ignore[attr-defined]


class UploadForm(forms.Form):
    """A file to import. The file itself has been written to the data folder when this is asked."""

    kind = forms.ChoiceField(
        choices=Import.Kind.choices,
        initial=Import.Kind.CUSTOMERS,
        widget=forms.RadioSelect,
        label="What is in the file?",
    )


class LayoutForm(forms.Form):
    """How a file is to be read, where we found it out wrongly."""

    separator = forms.ChoiceField(
        choices=[("comma", "comma"), ("semicolon", "semicolon"), ("tab", "tab"), ("bar", "bar |")]
    )
    encoding = forms.ChoiceField(
        choices=[
            ("utf-8", "UTF-8"),
            ("cp1252", "Windows (Western Europe)"),
            ("latin_1", "Latin 1"),
            ("mac_roman", "Macintosh"),
            ("cp1250", "Windows (Central Europe)"),
            ("cp1251", "Windows (Cyrillic)"),
            ("cp850", "DOS"),
        ]
    )
    has_header = forms.BooleanField(required=False, label="The first row names the columns")


SEPARATOR_NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}


class MappingForm(forms.Form):
    """What each column of a file is, how dates are read, and where phone numbers are at home."""

    date_order = forms.ChoiceField(
        choices=[("dmy", "day first: 03/05 is 3 May"), ("mdy", "month first: 03/05 is 5 March")],
        label="How dates are written",
    )
    region = forms.CharField(
        max_length=2, label="Country of phone numbers", help_text="Two letters, for numbers without a country code."
    )

    def __init__(self, *args: Any, row: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mapping = Mapping.of(row.mapping)
        self._row = row
        self.initial.update(date_order=mapping.date_order, region=mapping.region)
        for index, (heading, column) in enumerate(zip(row.header, mapping.columns, strict=False)):
            own = (
                column
                if column.startswith(ATTRIBUTE)
                else ATTRIBUTE + (columns.attribute_name(heading) or f"column {index + 1}")
            )
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=heading or f"Column {index + 1}",
                required=False,
                initial=column,
                widget=forms.Select(attrs={"class": "input"}),
                choices=[
                    *FIELDS[Import.Kind(row.kind)].items(),
                    (own, f"Keep as the fact “{own.removeprefix(ATTRIBUTE)}”"),
                    (LEAVE_OUT, "Leave out"),
                ],
            )

    def columns(self) -> list[forms.BoundField]:
        """The fields of the columns, in order."""
        return [self[name] for name in self.fields if name.startswith("column_")]

    def mapping(self) -> Mapping:
        """What was chosen. Raises Unmappable by its check."""
        chosen = tuple(self.cleaned_data[name] for name in self.fields if name.startswith("column_"))
        mapping = Mapping(chosen, self.cleaned_data["date_order"], self.cleaned_data["region"].upper())
        mapping.check(self._row.kind)
        return mapping
