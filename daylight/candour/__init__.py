"""The candour checker: reads a draft as the customer will. No Django, no network, nothing to download.

from daylight.candour import check
report = check("We are investigating the issue.", stage="update")
report.elements["states_next_update_time"]   # False
report.findings[0].reason
"""

from daylight.candour.checking import check
from daylight.candour.facts import Facts, Said
from daylight.candour.report import Element, Finding, Report, Severity, Span

__all__ = ["Element", "Facts", "Finding", "Report", "Said", "Severity", "Span", "check"]
