"""What the crew may set of a page."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.forms import BoundField

from daylight.incidents.models import Component
from daylight.incidents.said import name_of
from daylight.pages import colours
from daylight.pages.models import Page, PageWords
from daylight.pages.setting_up.host import HostRefused, host_of
from daylight.pages.setting_up.logo import MOST_BYTES, LogoRefused, drawn
from daylight.pages.shelf import shelf

if TYPE_CHECKING:
    PageModelForm = forms.ModelForm[Page]
else:
    PageModelForm = forms.ModelForm

TAKEN = frozenset(
    {"add", "banner", "colour", "incident", "link", "new", "phone", "settings", "status", "subscribers", "targets"}
)
"""Slugs that would stand in the way of addresses of our own."""


@dataclass(frozen=True)
class WordsIn:
    """The questions for one further language; whether its readers get a title or introduction in another."""

    language: str
    name: str
    title: BoundField
    introduction: BoundField
    are_missing: bool


class NewPageForm(PageModelForm):
    """What must be known of a page before it stands."""

    slug = forms.RegexField(
        label="Address",
        regex=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=60,
        error_messages={"invalid": "Write small letters, figures and hyphens, such as shop-europe."},
        help_text="Its part of the address, such as shop-europe. It stays: links to it are kept by others.",
    )

    class Meta:
        model = Page
        fields: ClassVar = ["title", "slug", "access"]
        labels: ClassVar = {"title": "Name", "access": "Who reads it"}
        help_texts: ClassVar = {"title": "As its readers call the brand, or what they use of yours."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True

    def clean_slug(self) -> str:
        """One that stands in nobody's way."""
        slug = str(self.cleaned_data["slug"])
        if slug in TAKEN:
            raise forms.ValidationError(f"Daylight uses the address {slug} itself. Choose another.")
        if Page.objects.filter(slug=slug).exists():
            raise forms.ValidationError("Another page has this address. Choose another.")
        return slug


class PageForm(PageModelForm):
    """Everything about a page that stands."""

    picked = forms.CharField(required=False, widget=forms.TextInput(attrs={"type": "color"}), label="Pick it")
    upload = forms.FileField(
        label="Logo",
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text="PNG, JPEG or WebP, up to 1 MB. It is shown in place of the name, at most 400 by 80 pixels.",
    )
    drops_logo = forms.BooleanField(label="Remove the logo", required=False)
    shown_components = forms.ModelMultipleChoiceField(
        label="Components shown",
        queryset=Component.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="A new public component is shown until somebody unticks it here.",
    )

    class Meta:
        model = Page
        fields: ClassVar = ["title", "introduction", "language", "host", "shows", "access", "colour"]
        labels: ClassVar = {
            "language": "Language of the page",
            "host": "Host of its own",
            "shows": "Which incidents",
            "access": "Who reads it",
            "colour": "Colour of links",
        }
        help_texts: ClassVar = {
            "title": "Left empty, the name of the organisation.",
            "introduction": "A sentence or two above the news: what this page is for, whom it serves.",
            "language": "Updates are shown in this language where they were written in it.",
            "host": "Such as status.brand.example. Left empty, it stands below the address of this installation.",
            "shows": "In an incident's room you may say otherwise for that one.",
            "colour": "Such as #0a7f5a. Left empty, our blue.",
        }
        widgets: ClassVar = {
            "introduction": forms.Textarea(attrs={"rows": 3}),
            "shows": forms.RadioSelect,
            "access": forms.RadioSelect,
            "host": forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
            "colour": forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "size": 9}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["picked"].initial = self.instance.colour or OURS
        public = Component.objects.filter(is_public=True, retired_at__isnull=True).order_by("position", "name")
        self.fields["shown_components"].queryset = public  # type: ignore[attr-defined]
        self.fields["shown_components"].initial = public.exclude(pk__in=self.instance.hidden_components.values("pk"))
        if not public.exists():
            del self.fields["shown_components"]
        said = {words.language: words for words in self.instance.words.all()}
        for code in self._further():
            words = said.get(code, PageWords())
            name = name_of(code)
            self.fields[f"title_{code}"] = forms.CharField(
                label=f"Title in {name}", max_length=120, required=False, initial=words.title
            )
            self.fields[f"introduction_{code}"] = forms.CharField(
                label=f"Introduction in {name}",
                max_length=400,
                required=False,
                initial=words.introduction,
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    @property
    def words(self) -> list[WordsIn]:
        """The questions for each further language."""
        return [self._words_in(code) for code in self._further()]

    def _words_in(self, code: str) -> WordsIn:
        parts = {part: self[f"{part}_{code}"] for part in ("title", "introduction")}
        are_missing = any(self[part].value() and not field.value() for part, field in parts.items())
        return WordsIn(code, name_of(code), parts["title"], parts["introduction"], are_missing)

    def clean_host(self) -> str:
        """A host that is nobody's yet."""
        try:
            host = host_of(str(self.cleaned_data["host"]))
        except HostRefused as refused:
            raise forms.ValidationError(str(refused)) from None
        if not host:
            return ""
        if host == urlsplit(settings.SITE_URL).hostname or host in {*settings.ALLOWED_HOSTS} - {*shelf().hosts()}:
            raise forms.ValidationError("The crew works at this host. Choose one that is for this page alone.")
        other = Page.objects.filter(host=host).exclude(pk=self.instance.pk).first()
        if other is not None:
            raise forms.ValidationError(f"The page {other} stands at this host. Choose another.")
        return host

    def clean_colour(self) -> str:
        """As a browser writes it; what was picked counts where nothing was typed anew."""
        picked = colours.colour_of(str(self.data.get(self.add_prefix("picked"), "")))
        typed = str(self.cleaned_data["colour"]).strip()
        if picked and picked != self.fields["picked"].initial and typed == self.instance.colour:
            return picked
        if typed and not colours.colour_of(typed):
            raise forms.ValidationError("This is no colour. Write # and six figures or letters from a to f.")
        return colours.colour_of(typed)

    def clean_upload(self) -> bytes | None:
        """The picture, drawn anew."""
        upload = self.cleaned_data.get("upload")
        if not upload:
            return None
        try:
            return drawn(upload.read(MOST_BYTES + 1))
        except LogoRefused as refused:
            raise forms.ValidationError(str(refused)) from None

    def save(self, commit: bool = True) -> Page:
        """Write the page, its words, and which public components it hides; others keep their mark."""
        page: Page = super().save(commit=False)
        if self.cleaned_data.get("upload"):
            page.logo = self.cleaned_data["upload"]
        elif self.cleaned_data["drops_logo"]:
            page.logo = b""
        page.save()
        for code in self._further():
            said = {part: self.cleaned_data[f"{part}_{code}"] for part in ("title", "introduction")}
            PageWords.objects.update_or_create(page=page, language=code, defaults=said)
        shown = self.cleaned_data.get("shown_components")
        if shown is not None:
            public = self.fields["shown_components"].queryset  # type: ignore[attr-defined]
            page.hidden_components.remove(*shown)
            page.hidden_components.add(*public.exclude(pk__in=shown))
        return page

    def _further(self) -> list[str]:
        return self.instance.languages()[1:]


OURS = "#1a56b0"
"""What the picker shows while a page has no colour of its own: the blue of our links."""
