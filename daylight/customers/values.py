"""Reads single values as people write them, and refuses with a sentence what cannot be used."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from django.conf.locale import LANG_INFO
from email_validator import EmailNotValidError, validate_email
from phonenumbers import PhoneMetadata, PhoneNumberType

from daylight.core.postal import normal_address


class Refused(Exception):
    """A value that cannot be used; the message is a sentence for whoever wrote it."""


PLAIN_ADDRESS = re.compile(
    r"[a-z0-9_%+'-]+(?:\.[a-z0-9_%+'-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
)


def text(value: str, *, longest: int) -> str:
    """The text without outer and double spaces, composed as Unicode likes it."""
    if value.isascii() and len(value) <= longest and value.isprintable() and "  " not in value:
        return value.strip()
    plain = value if value.isascii() else unicodedata.normalize("NFC", value)
    plain = " ".join(plain.split())
    if len(plain) > longest:
        raise Refused(f"This is {len(plain)} characters long; {longest} are the most we keep.")
    return plain


def email(value: str) -> str:
    """An e-mail address in lower case. Raises Refused."""
    address = value.strip().strip("<>'\"").lower().removeprefix("mailto:")
    if "<" in address:
        address = address.rpartition("<")[2].strip(" >")
    local, at, domain = address.partition("@")
    if len(local) <= 64 and len(address) <= 254 and "--" not in domain and PLAIN_ADDRESS.fullmatch(address):
        return address
    return _checked_email(address, at, domain)


def _checked_email(address: str, at: str, domain: str) -> str:
    if not at:
        raise Refused("This is not an e-mail address: it has no @ sign.")
    try:
        checked = validate_email(address, check_deliverability=False, globally_deliverable=False, strict=True)
    except EmailNotValidError as problem:
        raise Refused(f"This is not an e-mail address. {problem}") from None
    if "." not in checked.domain:
        raise Refused("This is not an e-mail address: what follows the @ sign has no dot.")
    return checked.normalized.lower()


@dataclass(frozen=True)
class _Plan:
    """What a region's numbers look like, compiled: enough to say yes quickly; the library says every no."""

    code: str
    numbers: re.Pattern[str]
    has_plain_trunk: bool


VALID_TYPES = ("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "voip", "personal_number", "uan")


@lru_cache(maxsize=300)
def _plan(region: str) -> _Plan | None:
    metadata = PhoneMetadata.metadata_for_region(region, None)
    if metadata is None or metadata.leading_digits or not metadata.general_desc:
        return None
    kinds = [getattr(metadata, name) for name in VALID_TYPES]
    patterns = [kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern]
    return _Plan(
        code=str(metadata.country_code),
        numbers=re.compile("|".join(f"(?:{pattern})" for pattern in patterns)),
        has_plain_trunk=metadata.national_prefix == "0" and metadata.national_prefix_for_parsing == "0",
    )


@lru_cache(maxsize=1000)
def _plan_of_code(three_digits: str) -> _Plan | None:
    for length in (1, 2, 3):
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(three_digits[:length]))
        if regions:
            return _plan(regions[0])
    return None


NOT_DIALLED = str.maketrans("", "", " \t\u00a0\u202f()/.-\u2010\u2011\u2013'")


def phone(value: str, *, region: str) -> str:
    """A phone number in E.164, read as people in `region` write it. Raises Refused."""
    written = value.strip().lower().removeprefix("tel:")
    digits = written.replace("(0)", "").translate(NOT_DIALLED)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if digits.startswith("+"):
        plan, national = _plan_of_code(digits[1:4]) if digits[1:].isdecimal() and len(digits) > 4 else None, ""
        national = digits[1 + len(plan.code) :] if plan else ""
    else:
        plan = _plan(region)
        national = digits[1:] if plan and plan.has_plain_trunk and digits.startswith("0") else ""
    if plan and national and national.isascii() and national[0] != "0" and plan.numbers.fullmatch(national):
        return f"+{plan.code}{national}"
    return _checked_phone(written, region)


def _checked_phone(written: str, region: str) -> str:
    if re.fullmatch(r"[\d.,]+e\+?\d+", written):
        raise Refused("A spreadsheet shortened this number and lost its digits. Format the column as text.")
    try:
        number = phonenumbers.parse(written.lstrip("'"), region)
    except phonenumbers.NumberParseException:
        raise Refused("This is not a phone number.") from None
    if not phonenumbers.is_valid_number(number):
        raise Refused(f"There is no such phone number in {region} or under its country code.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_mobile(e164: str) -> bool:
    """Whether a number surely belongs to a mobile phone."""
    return phonenumbers.number_type(phonenumbers.parse(e164)) == PhoneNumberType.MOBILE


def is_region(value: str) -> bool:
    """Whether `value` is the two letters of a country whose phone numbers we know."""
    return value in phonenumbers.SUPPORTED_REGIONS


def postal(value: str) -> str:
    """A postal address in one line, its lines parted by commas. Raises Refused."""
    try:
        return normal_address(value)
    except ValueError as problem:
        raise Refused(str(problem)) from None


def webhook(value: str) -> str:
    """The address of a webhook. Raises Refused."""
    address = value.strip()
    if not re.fullmatch(r"https?://[^\s/]+\.[^\s/]+(/\S*)?", address) or len(address) > 400:
        raise Refused("This is not the address of a webhook; it begins with https://.")
    return address


TWO_LETTERS = frozenset(
    re.findall(
        r"\w+",
        """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el
    en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu
    ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na
    nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so
    sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """,
    )
)


@lru_cache(maxsize=1)
def _languages_by_name() -> dict[str, str]:
    names: dict[str, str] = {}
    for code, about in LANG_INFO.items():
        for key in ("name", "name_local"):
            if key in about and "-" not in code:
                names[about[key].casefold()] = code
    french = {"allemand": "de", "anglais": "en", "espagnol": "es", "inglés": "en", "alemán": "de", "francés": "fr"}
    german = {"englisch": "en", "französisch": "fr", "spanisch": "es", "italienisch": "it", "niederländisch": "nl"}
    return names | french | german


@lru_cache(maxsize=1000)
def language(value: str) -> str:
    """A language as "de" or "de-AT", from a code or its name. Raises Refused."""
    written = value.strip().replace("_", "-").partition(".")[0]
    named = _languages_by_name().get(written.casefold())
    if named:
        return named
    main, _, region = written.partition("-")
    if main.lower() not in TWO_LETTERS or not re.fullmatch(r"[A-Za-z]{0,8}", region):
        raise Refused("This is not a language we know. Write a code such as de, en or fr-CA.")
    if not region:
        return main.lower()
    return f"{main.lower()}-{region.upper() if len(region) == 2 else region.title()}"


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    zones: dict[str, str] = {}
    for name in sorted(available_timezones()):
        zones[name.casefold()] = name
        area, _, city = name.rpartition("/")
        if area in {"Europe", "America", "Asia", "Africa", "Australia"}:
            zones.setdefault(city.replace("_", " ").casefold(), name)
    return zones


@lru_cache(maxsize=1000)
def time_zone(value: str) -> str:
    """A time zone by its IANA name, or by the name of its city. Raises Refused."""
    found = _zones().get(value.strip().replace(" ", "_").casefold()) or _zones().get(value.strip().casefold())
    if not found:
        raise Refused("This is not a time zone we know. Write it as Europe/Berlin or America/New_York.")
    return found


MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan januar january janvier enero ene jänner",
            "feb februar february février febrero fév",
            "mar märz march mars marzo mär mrz",
            "apr april avril abril avr abr",
            "may mai mayo",
            "jun juni june juin junio",
            "jul juli july juillet julio juil",
            "aug august août agosto ago",
            "sep sept september septembre septiembre",
            "oct okt october oktober octobre octubre",
            "nov november novembre noviembre",
            "dec dez december dezember décembre diciembre dic déc",
        ),
        start=1,
    )
    for word in words.split()
}
YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ,]+(.+))?")
YEAR_LAST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})(?:[T ,]+(.+))?")
NAMED = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?[. -]+)?([^\W\d]{3,10})\.?[ -]+(?:(\d{1,2})(?:st|nd|rd|th)?,? +)?(\d{4})"
)
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([ap]\.?m\.?)?\s*(Z|[+-]\d{2}:?\d{2})?", re.I)


@lru_cache(maxsize=20_000)
def day(value: str, *, order: str) -> tuple[date, datetime | None]:
    """A day, and the instant where a time of day with its zone is written as well. Raises Refused.

    `order` is "dmy" or "mdy" and decides what 03/05/2026 means.
    """
    written = value.strip()
    try:
        if found := YEAR_FIRST.fullmatch(written):
            year, month, number, clock = found.groups()
            on = date(int(year), int(month), int(number))
        elif found := YEAR_LAST.fullmatch(written):
            first, _, second, year, clock = found.groups()
            number, month = (first, second) if order == "dmy" or found[2] == "." else (second, first)
            on = date(int(year) if len(year) == 4 else 2000 + int(year), int(month), int(number))
        elif re.fullmatch(r"(19|20)\d{6}", written):
            on, clock = date(int(written[:4]), int(written[4:6]), int(written[6:])), None
        elif (found := NAMED.fullmatch(written)) and found[2].casefold() in MONTHS and (found[1] or found[3]):
            on, clock = date(int(found[4]), MONTHS[found[2].casefold()], int(found[1] or found[3])), None
        else:
            raise Refused("This is not a date. Write it as 2026-05-04.")
        return on, _instant(on, clock)
    except ValueError:
        raise Refused(f"There is no such day when dates are read as {ORDERS[order]}.") from None


ORDERS = {"dmy": "day, month, year", "mdy": "month, day, year"}


def _instant(on: date, clock: str | None) -> datetime | None:
    if not clock:
        return None
    found = CLOCK.fullmatch(clock.strip())
    if not found:
        raise Refused("We cannot read the time of day. Write it as 14:30.")
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        hour = hour % 12 + (12 if found[4].lower().startswith("p") else 0)
    zone = found[5]
    if not zone:
        return datetime.combine(on, time(hour, minute, second))
    if zone.upper() == "Z":
        return datetime.combine(on, time(hour, minute, second), UTC)
    return datetime.fromisoformat(f"{on}T{hour:02}:{minute:02}:{second:02}{zone[:3]}:{zone[-2:]}")


def instant(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """The instant in UTC, of a time of day that may lack a zone and then means one in `zone`."""
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def order_of_dates(values: list[str]) -> str:
    """ "dmy" or "mdy" where the values prove it, else empty."""
    proven = set()
    for value in values:
        found = YEAR_LAST.fullmatch(value.strip())
        if not found:
            continue
        if found[2] == "." or int(found[1]) > 12:
            proven.add("dmy")
        elif int(found[3]) > 12:
            proven.add("mdy")
    return proven.pop() if len(proven) == 1 else ""
