"""How letters are printed: the paper, where the window of the envelope is, and who sends them."""

from django import forms

from daylight.core.postal import country_code, normal_address
from daylight.reach.channels.base import Kind
from daylight.reach.channels.letter.pages import WINDOWS


class PrintForm(forms.Form):
    """Paper, envelope and sender."""

    window = forms.ChoiceField(
        label="Paper and envelope",
        choices=[(name, window.label) for name, window in WINDOWS.items()],
        help_text="Where the window of your envelopes is.",
    )
    return_address = forms.CharField(
        label="Sender's address",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Name, street and town, a line each. It stands small above the address, for letters that come back.",
    )
    country = forms.CharField(
        label="Your country", max_length=60, help_text="Letters within it get no line for the country."
    )
    sides = forms.ChoiceField(
        label="Printed on",
        choices=[("one", "One side"), ("both", "Both sides: every letter begins on a new sheet")],
        initial="one",
    )

    def clean_return_address(self) -> str:
        """The address in one line."""
        try:
            return normal_address(self.cleaned_data["return_address"])
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None

    def clean_country(self) -> str:
        """The code of the country."""
        code = country_code(str(self.cleaned_data["country"]).strip())
        if not code:
            raise forms.ValidationError("We do not know this country. Write its English name, such as Germany.")
        return code


PRINT = Kind("print", "Letters that you print and post", PrintForm, "reach/help/letter/print.html")
KINDS: tuple[Kind, ...] = (PRINT,)
