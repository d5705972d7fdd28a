"""Telephone numbers as addresses, for every channel that dials one."""

from datetime import datetime

import phonenumbers

from daylight.reach.channels.inbound import BounceReason, SaidKind, SaidReceipt


def normal_number(written: str) -> str:
    """A number in E.164, such as +4930901820. Raises ValueError with a sentence."""
    try:
        number = phonenumbers.parse(written.strip())
    except phonenumbers.NumberParseException:
        raise ValueError("Write the number with its country code, such as +49 30 901820.") from None
    if not phonenumbers.is_valid_number(number):
        raise ValueError("There is no such telephone number.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def international(written: str, country: str) -> str:
    """The number with the code of its country; one that has it already stays as it is. Raises ValueError."""
    if written.lstrip().startswith("+"):
        return written
    try:
        number = phonenumbers.parse(written, country.upper())
    except phonenumbers.NumberParseException:
        raise ValueError("The number and its country name no telephone.") from None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def came_back(
    said_at: datetime, key: str, reference: str, details: str, *, is_gone: bool = False, is_unanswered: bool = False
) -> SaidReceipt:
    """What did not reach a telephone: nobody has the number (`is_gone`, for good), nobody answered, or who knows."""
    reason = BounceReason.NO_ANSWER if is_unanswered else BounceReason.UNKNOWN
    return SaidReceipt(
        SaidKind.BOUNCED,
        said_at,
        key,
        reference,
        details,
        is_permanent=is_gone,
        reason=BounceReason.NO_SUCH_ADDRESS if is_gone else reason,
    )
