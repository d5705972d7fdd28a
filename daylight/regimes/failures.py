"""What cannot be done here, each with a sentence for whoever asked."""


class RegimeFailure(Exception):
    """Something about a regime was refused; the message is a sentence for the member."""


class SaysWhy(RegimeFailure):
    """A reason is needed, because it will be asked for."""


class NeedsProof(RegimeFailure):
    """Done without a proof is not done."""


class NotSoon(RegimeFailure):
    """A time lies where it cannot lie."""
