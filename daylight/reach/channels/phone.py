"""Telephone numbers as addresses, for every channel that dials one."""

import phonenumbers


def normal_number(written: str) -> str:
    """A number in E.164, such as +4930901820. Raises ValueError with a sentence."""
    try:
        number = phonenumbers.parse(written.strip())
    except phonenumbers.NumberParseException:
        raise ValueError("Write the number with its country code, such as +49 30 901820.") from None
    if not phonenumbers.is_valid_number(number):
        raise ValueError("There is no such telephone number.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
