"""What the crew may set of the public page."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from daylight.incidents.models import Component
from daylight.pages.models import Page

if TYPE_CHECKING:
    PageModelForm = forms.ModelForm[Page]
else:
    PageModelForm = forms.ModelForm


class PageForm(PageModelForm):
    """Title, introduction, language, and the components shown."""

    shown_components = forms.ModelMultipleChoiceField(
        label="Components shown",
        queryset=Component.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="A new public component is shown until somebody unticks it here.",
    )

    class Meta:
        model = Page
        fields: ClassVar = ["title", "introduction", "language"]
        labels: ClassVar = {"introduction": "Introduction", "language": "Language of the page"}
        help_texts: ClassVar = {
            "title": "Left empty, the name of the organisation.",
            "introduction": "A sentence or two above the news: what this page is for, whom it serves.",
            "language": "Updates are shown in this language where they were written in it.",
        }
        widgets: ClassVar = {"introduction": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        public = Component.objects.filter(is_public=True, retired_at__isnull=True).order_by("position", "name")
        self.fields["shown_components"].queryset = public  # type: ignore[attr-defined]
        self.fields["shown_components"].initial = public.exclude(pk__in=self.instance.hidden_components.values("pk"))
        if not public.exists():
            del self.fields["shown_components"]

    def save(self, commit: bool = True) -> Page:
        """Write the page, and which public components it hides; components that are not public keep their mark."""
        page: Page = super().save(commit=commit)
        shown = self.cleaned_data.get("shown_components")
        if shown is not None:
            public = self.fields["shown_components"].queryset  # type: ignore[attr-defined]
            page.hidden_components.remove(*shown)
            page.hidden_components.add(*public.exclude(pk__in=shown))
        return page
