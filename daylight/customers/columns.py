"""What the columns of a file mean: guessed from their headings and values, checked when a member has mapped them."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from daylight.customers import values
from daylight.customers.csvfile import Record
from daylight.customers.models.finding import folded
from daylight.customers.models.import_ import Import

LEAVE_OUT = ""
ATTRIBUTE = "attribute:"

CUSTOMER_FIELDS: dict[str, str] = {
    "external_id": "Customer number",
    "name": "Name",
    "first_name": "First name",
    "last_name": "Last name",
    "group": "Group (company)",
    "email": "E-mail",
    "phone": "Phone",
    "mobile": "Mobile phone",
    "webhook": "Webhook address",
    "address": "Postal address (whole)",
    "street": "Postal address: street",
    "postcode": "Postal address: postcode",
    "language": "Language",
    "time_zone": "Time zone",
    "uses": "Uses (components)",
}
COMMITMENT_FIELDS: dict[str, str] = {
    "reference": "Order number (reference)",
    "kind": "Kind of commitment",
    "title": "Title",
    "external_id": "Customer number",
    "email": "Customer's e-mail",
    "phone": "Customer's phone",
    "promised": "Promised for",
    "expected": "Expected for",
    "state": "State",
}
MANY = frozenset({"email", "phone", "mobile", "webhook", "address"})
"""Fields that several columns of one file may fill."""

_PEOPLE = """
external_id: customer number|customer no|customer nr|customer id|customer|id|number|account number|client number|
 client id|kundennummer|kundennr|kunden nr|kunden id|kunde|debitor|debitorennummer|numero client|no client|
 code client|numero de cliente|n cliente|no cliente|id cliente|cliente|codigo cliente|external id
name: name|full name|customer name|contact name|contact|kundenname|ansprechpartner|vollstandiger name|nom complet|
 nom du client|nombre completo|nombre y apellidos
first_name: first name|given name|firstname|forename|vorname|prenom|nombre
last_name: last name|surname|family name|lastname|nachname|familienname|zuname|nom|nom de famille|apellido|apellidos
group: company|organisation|organization|company name|account|group|firm|firma|unternehmen|firmenname|gruppe|mandant|
 societe|entreprise|raison sociale|groupe|empresa|compania|grupo|razon social
email: email|e mail|mail|email address|e mail address|email adresse|e mail adresse|mailadresse|courriel|
 adresse email|adresse e mail|adresse courriel|adresse mail|correo|correo electronico|direccion de correo
phone: phone|phone number|telephone|tel|landline|telefon|telefonnummer|rufnummer|festnetz|telefono|fixe|fijo|
 numero de telephone|numero de telefono
mobile: mobile|mobile phone|mobile number|cell|cell phone|sms|handy|handynummer|mobil|mobiltelefon|mobilnummer|
 portable|telephone portable|telephone mobile|movil|celular|telefono movil
webhook: webhook|webhook url
address: postal address|mailing address|full address|postanschrift|adresse postale|direccion postal
street: street|street address|address line 1|address 1|address1|strasse|strasse und hausnummer|str|rue|calle
postcode: postcode|postal code|post code|zip|zip code|plz|postleitzahl|code postal|cp|codigo postal
language: language|lang|locale|sprache|langue|idioma|lengua
time_zone: time zone|timezone|tz|zeitzone|fuseau|fuseau horaire|zona horaria|huso horario
uses: uses|components|services used|nutzt|komponenten|utilise|composants|usa|componentes
attribute:country: country|country code|land|pays|pais
attribute:city: city|town|ort|stadt|ville|ciudad
attribute:plan: plan|tariff|tarif|tarifa
attribute:segment: segment
attribute:warehouse: warehouse|ships from|depot|lager|lagerort|entrepot|almacen|deposito
"""
_PROMISES = """
reference: order number|order no|order nr|order id|order|reference|ref|shipment|shipment number|po number|
 project number|bestellnummer|bestellnr|bestell nr|bestellung|auftragsnummer|auftragsnr|auftrag|sendungsnummer|
 numero de commande|no commande|commande|n de commande|numero de pedido|pedido|n pedido|id
kind: kind|type|art|typ|genre|tipo
title: title|description|item|product|article|titel|bezeichnung|beschreibung|artikel|designation|libelle|produit|
 titulo|descripcion|articulo|producto
external_id: customer number|customer no|customer nr|customer id|customer|account number|client number|client id|
 kundennummer|kundennr|kunden nr|kunden id|kunde|debitor|debitorennummer|numero client|no client|code client|
 client|numero de cliente|n cliente|no cliente|id cliente|cliente|codigo cliente
email: email|e mail|mail|email address|customer email|kunden email|e mail adresse|courriel|adresse email|
 correo|correo electronico
phone: phone|telephone|mobile|customer phone|telefon|telefonnummer|handy|telefono|portable
promised: promised|promised on|promised for|promised date|ship date|shipping date|ships on|delivery date|due|due date|
 dispatch date|zugesagt|zugesagt fur|liefertermin|lieferdatum|versanddatum|versandtermin|termin|date promise|
 date de livraison|date d expedition|date d envoi|livraison prevue|fecha prometida|fecha de entrega|fecha de envio
expected: expected|expected on|expected for|expected date|eta|new date|estimated|estimated delivery|erwartet|
 erwartet am|neuer termin|voraussichtlich|date prevue|attendu|nouvelle date|fecha prevista|fecha estimada|nueva fecha
state: state|status|zustand|statut|etat|estado
attribute:warehouse: warehouse|ships from|depot|lager|lagerort|entrepot|almacen|deposito
attribute:carrier: carrier|spediteur|versanddienst|transporteur|transportista
"""


def _dictionary(text: str) -> dict[str, str]:
    meanings: dict[str, str] = {}
    for entry in re.split(r"\n(?=\S)", text.strip()):
        field, _, words = entry.rpartition(": ")
        for word in words.replace("\n", "").split("|"):
            meanings.setdefault(" ".join(word.split()), field)
    return meanings


MEANINGS = {Import.Kind.CUSTOMERS: _dictionary(_PEOPLE), Import.Kind.COMMITMENTS: _dictionary(_PROMISES)}
FIELDS = {Import.Kind.CUSTOMERS: CUSTOMER_FIELDS, Import.Kind.COMMITMENTS: COMMITMENT_FIELDS}
STATES = {
    "open": "open offen ouvert ouverte abierto abierta pending new neu confirmed processing 'in progress'",
    "fulfilled": "fulfilled done shipped delivered complete completed closed erledigt geliefert versandt versendet"
    " abgeschlossen livre livree expedie expediee termine entregado entregada enviado cumplido",
    "cancelled": "cancelled canceled storniert abgebrochen annule annulee cancelado cancelada void",
}
STATE_OF = {word.strip("'"): state for state, words in STATES.items() for word in re.findall(r"'[^']+'|\S+", words)}


class Unmappable(Exception):
    """The mapping lacks something or says something twice; the message is a sentence for the member."""


@dataclass(frozen=True)
class Mapping:
    """What each column is (a field, "attribute:<name>" or "" to leave it out), and how to read dates and phones."""

    columns: tuple[str, ...]
    date_order: str = "dmy"
    region: str = "DE"

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        """The mapping as an import keeps it."""
        return cls(
            columns=tuple(stored.get("columns", ())),
            date_order=stored.get("date_order", "dmy"),
            region=stored.get("region", "DE"),
        )

    def stored(self) -> dict[str, Any]:
        """The mapping as an import keeps it."""
        return {"columns": list(self.columns), "date_order": self.date_order, "region": self.region}

    def check(self, kind: str) -> None:
        """Refuse a mapping by which no row could be taken. Raises Unmappable."""
        used = [column for column in self.columns if column != LEAVE_OUT]
        for column in used:
            if column not in FIELDS[Import.Kind(kind)] and not column.startswith(ATTRIBUTE):
                raise Unmappable(f"{column} is not something we keep of {kind}.")
            if used.count(column) > 1 and column not in MANY:
                raise Unmappable(f"Two columns are {label(kind, column)}. Choose the one that counts.")
        if kind == Import.Kind.CUSTOMERS:
            self._check_customers(set(used))
        else:
            self._check_commitments(set(used))
        if self.date_order not in values.ORDERS:
            raise Unmappable("Dates are read as dmy (day first) or mdy (month first).")
        if not values.is_region(self.region):
            raise Unmappable(f"{self.region} is not a country whose phone numbers we know. Write two letters, as DE.")

    def _check_customers(self, used: set[str]) -> None:
        if not used & {"name", "first_name", "last_name", "group"}:
            raise Unmappable("Say which column holds the name of the customer.")
        if not used & {"external_id", *MANY}:
            raise Unmappable("Say which column holds a customer number, an e-mail address or a phone number.")

    def _check_commitments(self, used: set[str]) -> None:
        if "reference" not in used:
            raise Unmappable("Say which column holds the order number or another reference.")
        if not used & {"external_id", "email", "phone"}:
            raise Unmappable("Say which column tells the customer: a customer number, an e-mail address or a phone.")


def label(kind: str, column: str) -> str:
    """A column's meaning in words."""
    if column.startswith(ATTRIBUTE):
        return f"the attribute “{column.removeprefix(ATTRIBUTE)}”"
    return FIELDS[Import.Kind(kind)].get(column, column)


def normal(heading: str) -> str:
    """A heading as the dictionaries spell it: folded, words parted by one space."""
    parted = re.sub(r"(?<=[a-zäöü])(?=[A-Z])", " ", unicodedata.normalize("NFKC", heading))
    return " ".join(re.findall(r"[^\W_]+", folded(parted)))


def attribute_name(heading: str) -> str:
    """The name under which a column is kept as a fact."""
    return " ".join(heading.lower().split())[:80]


def signature(kind: str, header: Sequence[str]) -> str:
    """The same for files with the same headings in the same order, so that a mapping is remembered."""
    return hashlib.sha256("\x1f".join([kind, *(normal(heading) for heading in header)]).encode()).hexdigest()


def is_header(kind: str, cells: Sequence[str]) -> bool:
    """Whether a first row names columns: a known word in it, or nothing that is plainly a value."""
    meanings = MEANINGS[Import.Kind(kind)]
    if any("@" in cell for cell in cells):
        return False
    if any(normal(cell) in meanings for cell in cells):
        return True
    return not any(re.fullmatch(r"[+\d][\d\s/.,:()-]*", cell.strip()) for cell in cells) and all(cells)


def guess(kind: str, header: Sequence[str], sample: Sequence[Record], *, region: str) -> tuple[Mapping, bool]:
    """The likeliest mapping, and whether the values prove the order of dates (or there are none to doubt)."""
    meanings = MEANINGS[Import.Kind(kind)]
    columns: list[str] = []
    for index, heading in enumerate(header):
        meaning = meanings.get(normal(heading)) or _from_values(kind, _column(sample, index), region)
        if meaning in columns and meaning not in MANY:
            meaning = ""
        columns.append(meaning or ATTRIBUTE + (attribute_name(heading) or f"column {index + 1}"))
    region = _region(columns, sample, home=region)
    if kind == Import.Kind.CUSTOMERS:
        columns = _settled(columns, sample, region)
    dates = [
        value for i, column in enumerate(columns) if column in {"promised", "expected"} for value in _column(sample, i)
    ]
    order = values.order_of_dates(dates)
    doubtful = any(values.YEAR_LAST.fullmatch(value.strip()) for value in dates) and not order
    order = order or ("mdy" if region == "US" else "dmy")
    return Mapping(tuple(columns), date_order=order, region=region), not doubtful


def _settled(columns: list[str], sample: Sequence[Record], region: str) -> list[str]:
    """Mend what headings alone get wrong: a lone company or last name is the name, a column of mobiles is that."""
    has_name = "name" in columns
    for index, column in enumerate(columns):
        lonely_last = column == "last_name" and "first_name" not in columns
        lonely_first = column == "first_name" and "last_name" not in columns
        if not has_name and (lonely_last or lonely_first):
            columns[index], has_name = "name", True
        if column == "phone" and _mostly_mobile(_column(sample, index), region):
            columns[index] = "mobile"
    if "name" not in columns and "last_name" not in columns and "group" in columns:
        columns[columns.index("group")] = "name"
    return columns


def _column(sample: Sequence[Record], index: int) -> list[str]:
    return [record.cells[index] for record in sample if len(record.cells) > index and record.cells[index].strip()]


def _from_values(kind: str, found: list[str], region: str) -> str:
    if found and sum("@" in value and "." in value for value in found) > len(found) * 0.7:
        return "email"
    if kind == Import.Kind.CUSTOMERS and found and all(value.strip().startswith("+") for value in found):
        return "mobile" if _mostly_mobile(found, region) else "phone"
    return ""


def _mostly_mobile(found: list[str], region: str) -> bool:
    mobiles = 0
    for value in found[:50]:
        try:
            mobiles += values.is_mobile(values.phone(value, region=region))
        except values.Refused:
            continue
    return bool(found) and mobiles > min(len(found), 50) * 0.5


COUNTRIES = {
    "germany": "DE", "deutschland": "DE", "allemagne": "DE", "alemania": "DE", "austria": "AT", "osterreich": "AT",
    "switzerland": "CH", "schweiz": "CH", "suisse": "CH", "france": "FR", "frankreich": "FR", "francia": "FR",
    "spain": "ES", "spanien": "ES", "espana": "ES", "espagne": "ES", "italy": "IT", "italien": "IT", "italia": "IT",
    "united kingdom": "GB", "uk": "GB", "great britain": "GB", "grossbritannien": "GB", "england": "GB",
    "united states": "US", "usa": "US", "us": "US", "netherlands": "NL", "niederlande": "NL", "belgium": "BE",
    "belgien": "BE", "belgique": "BE", "poland": "PL", "polen": "PL", "portugal": "PT", "ireland": "IE",
    "denmark": "DK", "danemark": "DK", "sweden": "SE", "schweden": "SE", "norway": "NO", "canada": "CA",
}  # fmt: skip


def region_of(country: str) -> str:
    """The region of a country written as two letters or by a common name; empty when we do not know it."""
    code = country.strip().upper()
    if values.is_region(code):
        return code
    return COUNTRIES.get(normal(country), "")


NEIGHBOURS = ("DE", "GB", "FR", "ES", "US", "IT", "NL", "AT", "CH", "BE", "PL", "PT", "SE")


def _region(columns: list[str], sample: Sequence[Record], *, home: str) -> str:
    """Where phone numbers without a country code are at home: told by a country column, or tried out."""
    if f"{ATTRIBUTE}country" in columns:
        regions = [
            found for value in _column(sample, columns.index(f"{ATTRIBUTE}country")) if (found := region_of(value))
        ]
        if regions:
            return max(regions, key=regions.count)
    written = [v for i, column in enumerate(columns) if column in {"phone", "mobile"} for v in _column(sample, i)[:50]]
    written = [value for value in written if not value.strip().startswith(("+", "00"))]
    if not written or _readable(written, home) >= 0.8:
        return home
    return max((home, *NEIGHBOURS), key=lambda region: _readable(written, region))


def _readable(written: list[str], region: str) -> float:
    """The share of phone numbers that exist when read as in `region`."""
    good = 0
    for value in written:
        try:
            values.phone(value, region=region)
        except values.Refused:
            continue
        good += 1
    return good / len(written)
