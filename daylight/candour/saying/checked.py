"""A text with where it came from and what was found in it."""

from dataclasses import dataclass

from daylight.candour.report import Report, Span


@dataclass(frozen=True, slots=True)
class Checked:
    """One text and its report; `name` is its file, or `-`."""

    name: str
    text: str
    report: Report

    def line_and_column(self, span: Span) -> tuple[int, int]:
        """Where a span begins, both counted from one."""
        before = self.text[: span.start]
        return before.count("\n") + 1, span.start - (before.rfind("\n") + 1) + 1
