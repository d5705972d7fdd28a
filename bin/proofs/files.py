"""CSV files of customers and orders as a shop would export them, and who in them is affected: worked out from the
rows alone, without any of Daylight's code."""

import csv
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

FIRST = ["Anna", "Jürgen", "Chloé", "Sofía", "Zoë", "Łukasz", "Priya", "Kwame", "Niamh", "Ömer", "Ida", "Hiroshi"]
LAST = ["Becker", "O'Brien", "Müller-Lüdenscheidt", "Dubois", "Núñez", "Nowak", "Patel", "van Dijk", "Kelly", "Satō"]
ZONES = ["Europe/Berlin", "Europe/London", "America/New_York", "Asia/Tokyo", "Asia/Kolkata", ""]
LANGUAGES = ["en", "de", "de", "fr", ""]
HOME_ZONE = "Europe/Berlin"


@dataclass(frozen=True)
class Person:
    """One row of the customers' file."""

    number: str
    name: str
    email: str
    second_email: str
    phone: str
    language: str
    zone: str


@dataclass(frozen=True)
class Order:
    """One row of the orders' file."""

    number: str
    customer: str
    warehouse: str
    ships: date
    state: str


@dataclass(frozen=True)
class Firm:
    """Both files in memory."""

    people: list[Person]
    orders: list[Order]

    def affected(self, *, warehouse: str, first: date, last: date) -> list[Person]:
        """Whoever has an order, not cancelled, from this warehouse on one of these days."""
        hit = {
            order.customer
            for order in self.orders
            if order.warehouse == warehouse and first <= order.ships <= last and order.state != "cancelled"
        }
        return [person for person in self.people if person.number in hit]


def make(customers: int, orders: int, *, around: date, seed: int = 20260504) -> Firm:
    """The same firm for the same arguments."""
    chance = random.Random(seed)  # noqa: S311
    people = [_person(number, chance) for number in range(customers)]
    bought = [
        Order(
            number=f"A-{500_000 + number}",
            customer=chance.choice(people).number,
            warehouse=chance.choice(["North", "South"]),
            ships=around + timedelta(days=chance.randint(-5, 5)),
            state="cancelled" if chance.random() < 0.02 else "open",
        )
        for number in range(orders)
    ]
    return Firm(people, bought)


def _person(number: int, chance: random.Random) -> Person:
    email = f"kunde.{number}@post{number % 7}.example"
    kind = chance.random()
    if kind < 0.03:
        email = ""
    elif kind < 0.05:
        email = f"family{number % 50}@shared.example"
    return Person(
        number=f"C-{number:06}",
        name=f"{chance.choice(FIRST)} {chance.choice(LAST)}",
        email=email,
        second_email=f"second.{number}@work.example" if kind > 0.9 else "",
        phone=f"+49 170 {1_000_000 + number}" if kind < 0.03 or kind > 0.6 else "",
        language=chance.choice(LANGUAGES),
        zone=chance.choice(ZONES),
    )


def write(firm: Firm, folder: Path) -> tuple[Path, Path]:
    """Both files: one as a German shop exports it (semicolons), one with commas."""
    customers, orders = folder / "customers.csv", folder / "orders.csv"
    heading = ["Customer number", "Name", "E-mail", "E-mail address", "Phone", "Language", "Time zone"]
    _write(
        customers,
        ";",
        heading,
        ((p.number, p.name, p.email, p.second_email, p.phone, p.language, p.zone) for p in firm.people),
    )
    heading = ["Order number", "Kind", "Customer number", "Promised for", "State", "warehouse"]
    bought = ((o.number, "order", o.customer, o.ships.isoformat(), o.state, o.warehouse) for o in firm.orders)
    _write(orders, ",", heading, bought)
    return customers, orders


def _write(path: Path, separator: str, heading: list[str], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerow(heading)
        writer.writerows(rows)
