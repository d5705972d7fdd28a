"""The rows of the room."""

from daylight.regimes.models.answer import Answer, Instant
from daylight.regimes.models.clock import RegimeClock
from daylight.regimes.models.clock_warning import ClockWarning
from daylight.regimes.models.regime import Regime

__all__ = ["Answer", "ClockWarning", "Instant", "Regime", "RegimeClock"]
