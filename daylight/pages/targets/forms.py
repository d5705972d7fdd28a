"""What the crew says of a target."""

from pathlib import Path
from typing import Any

from django import forms

from daylight.pages.models import Page, Target


class TargetForm(forms.Form):
    """What every kind of target has."""

    kind: Target.Kind

    name = forms.CharField(label="Name", max_length=120, help_text="How the crew calls it, such as: CDN bucket.")

    check_url = forms.URLField(
        label="Where the world reads it",
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text="The address of its first page. With one, we look there after each push, through the CDN, as"
        " customers do. Without one, we look at the target itself.",
    )

    def __init__(self, *args: Any, page: Page, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page
        self.order_fields(["name", *(name for name in self.fields if name not in {"name", "check_url"}), "check_url"])

    def clean_name(self) -> str:
        """Each target of a page has a name of its own."""
        name = str(self.cleaned_data["name"]).strip()
        if Target.objects.filter(page=self.page, name=name).exists():
            raise forms.ValidationError("This page has a target of this name already.")
        return name

    def target(self) -> Target:
        """The row, not saved."""
        said = dict(self.cleaned_data)
        name, check_url = said.pop("name"), said.pop("check_url")
        target = Target(page=self.page, kind=self.kind, name=name, check_url=check_url)
        target.settings = said
        return target


class DirectoryForm(TargetForm):
    """A folder on this machine, or a share."""

    kind = Target.Kind.DIRECTORY

    path = forms.CharField(
        label="Folder",
        max_length=400,
        help_text="A whole path. The worker's user must be allowed to write there; the web server serves the folder"
        " “site” in it.",
    )

    def clean_path(self) -> str:
        """A whole path to a folder that is there."""
        path = Path(str(self.cleaned_data["path"]).strip())
        if not path.is_absolute():
            raise forms.ValidationError("Write the whole path, from / on.")
        if not path.is_dir():
            raise forms.ValidationError("There is no such folder on this machine. Make it first.")
        return str(path)


class BucketForm(TargetForm):
    """A bucket and the key to it."""

    kind = Target.Kind.BUCKET

    bucket = forms.CharField(label="Bucket", max_length=120)
    folder = forms.CharField(
        label="Folder in the bucket", max_length=200, required=False, help_text="Left empty, the bucket's root."
    )
    endpoint = forms.URLField(
        label="Address of the store",
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text="Left empty, Amazon's. For others such as https://s3.example.net.",
    )
    region = forms.CharField(label="Region", max_length=60, required=False, help_text="Left empty, us-east-1.")
    key = forms.CharField(label="Access key", max_length=200)
    secret = forms.CharField(
        label="Secret key", max_length=200, widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Kept sealed. Give it a right to put, get, list and delete in this bucket alone.",
    )  # fmt: skip


FORMS: dict[str, type[TargetForm]] = {each.kind: each for each in (DirectoryForm, BucketForm)}
