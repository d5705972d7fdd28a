"""The people, goods and orders of the demonstration firm: the same ones every time, with dates around today."""

import random
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from daylight.accounts import audit
from daylight.accounts.models import Member, Organisation
from daylight.accounts.roles import Role
from daylight.customers.models import Commitment, ContactPoint, Customer, Group
from daylight.incidents import components_in_use
from daylight.incidents.models import Component, Section
from daylight.pages.models import Page
from daylight.regimes import answering

CUSTOMERS, ORDERS = 1_200, 3_000
PAST_DAYS, COMING_DAYS = 60, 12
HISTORY = timedelta(days=90)
ORDINARY_SEED = 20260504
NORTH = 0.45
"""The share of orders that are packed in warehouse North."""


@dataclass(frozen=True)
class Firm:
    """What was made up, counted."""

    name: str
    customers: int
    orders: int
    components: int
    incidents: int

    @classmethod
    def counted(cls, *, incidents: int) -> Self:
        """Count what is in the database now."""
        return cls(
            name=Organisation.get().name,
            customers=Customer.objects.count(),
            orders=Commitment.objects.count(),
            components=Component.objects.count(),
            incidents=incidents,
        )


def make(now: datetime) -> dict[str, Member]:
    """Make everything but the past; returns the crew by first name."""
    data = tomllib.loads(Path(__file__).with_name("demo_firm.toml").read_text(encoding="utf-8"))
    chance = random.Random(ORDINARY_SEED)  # noqa: S311  # The same firm every time is what we want.
    began = now - HISTORY
    crew = _crew(data, began)
    answering.answer_for_firm(data["regimes"], by=crew["Ana"], at=began)
    Page.main(began)
    Page.objects.update(kept_since=began, introduction=data["page"]["introduction"])
    for position, facts in enumerate(data["component"]):
        named = facts | {"section": Section.objects.named(facts.get("section", ""))}
        Component.objects.create(position=position, created_at=began, changed_at=began, **named)
    customers = _customers(data, chance, began)
    orders = _orders(data, chance, customers, now)
    _uses(chance, customers, orders)
    audit.record(at=now, actor="Daylight", act="demo.fill", customers=len(customers), orders=len(orders))
    return crew


def _crew(data: Mapping[str, Any], at: datetime) -> dict[str, Member]:
    organisation = Organisation.get()
    for name, value in data["organisation"].items():
        setattr(organisation, name, value)
    organisation.is_demo = True
    organisation.save()
    crew = {}
    for facts in data["member"]:
        member = Member.objects.create_user(
            email=facts["email"], name=facts["name"], time_zone=organisation.time_zone, language="en"
        )
        member.set_roles([Role(role) for role in facts["roles"]], by=None, at=at)
        crew[facts["name"].split()[0]] = member
    return crew


def _customers(data: Mapping[str, Any], chance: random.Random, at: datetime) -> list[Customer]:
    companies = [f"{kind} {name}" for kind in data["companies"]["kinds"] for name in data["companies"]["names"]]
    groups = Group.objects.bulk_create(
        Group(name=name, external_id=f"F-{number}") for number, name in enumerate(companies, 101)
    )
    lands = data["land"]
    shares = [land["share"] for land in lands]
    people = []
    for number in range(CUSTOMERS):
        land = chance.choices(lands, shares)[0]
        is_business = chance.random() < 0.12
        people.append(
            (
                Customer(
                    external_id=f"K-{10_000 + number}",
                    name=f"{chance.choice(land['first'])} {chance.choice(land['last'])}",
                    group=chance.choice(groups) if is_business else None,
                    language=land["language"],
                    time_zone=land["time_zone"],
                    attributes={"account": "business" if is_business else "private"},
                    created_at=at,
                    updated_at=at,
                ),
                land,
            )
        )
    Customer.objects.bulk_create([customer for customer, _ in people], batch_size=500)
    points = (point for number, (who, land) in enumerate(people) for point in _points(who, land, number, chance, at))
    ContactPoint.objects.bulk_create(points, batch_size=500)
    return [customer for customer, _ in people]


def _points(
    customer: Customer, land: Mapping[str, Any], number: int, chance: random.Random, at: datetime
) -> Iterator[ContactPoint]:
    """One way in fourteen has a phone alone; others a mail address, some two, some a phone besides."""
    place = count()
    kind = chance.random()

    def point(channel: str, address: str) -> ContactPoint:
        return ContactPoint(
            customer=customer, channel=channel, address=address, position=next(place), from_file=True, created_at=at
        )

    name = _plain(customer.name)
    if kind > 0.07:
        yield point("email", f"{name}.{number}@{'work' if customer.group_id else 'home'}.example")
    if kind > 0.88:
        yield point("email", f"{name}.{number}@office.example")
    if kind < 0.07 or 0.3 < kind < 0.6:
        room = 12 - len(land["phone"])
        yield point("sms", land["phone"] + str(number % 10**room).zfill(room))


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower().translate(str.maketrans("ßıłø", "silo")))
    return "".join(
        letter if letter.isascii() and letter.isalnum() else "." if letter == " " else "" for letter in letters
    )


def _orders(
    data: Mapping[str, Any], chance: random.Random, customers: list[Customer], now: datetime
) -> list[Commitment]:
    zone = ZoneInfo(data["organisation"]["time_zone"])
    today = now.astimezone(zone).date()
    regulars = [chance.paretovariate(1.6) for _ in customers]
    rows = []
    for number in range(ORDERS):
        warehouse = "North" if chance.random() < NORTH else "South"
        coming = chance.random() < 0.35
        promised = today + timedelta(days=chance.randint(0, COMING_DAYS) if coming else -chance.randint(1, PAST_DAYS))
        ordered = datetime.combine(promised - timedelta(days=chance.randint(2, 6)), time(9), zone)
        state = Commitment.State.OPEN if promised >= today else Commitment.State.FULFILLED
        if chance.random() < 0.03:
            state = Commitment.State.CANCELLED
        rows.append(
            Commitment(
                kind="order",
                reference=f"NV-{240_001 + number}",
                customer=chance.choices(customers, regulars)[0],
                title=chance.choice(data["goods"][warehouse]),
                promised_on=promised,
                expected_on=promised,
                state=state,
                attributes={"warehouse": warehouse, "carrier": chance.choice(["Parcel", "Parcel", "Freight"])},
                created_at=min(ordered, now),
                updated_at=min(ordered, now),
            )
        )
    return Commitment.objects.bulk_create(rows, batch_size=500)


def _uses(chance: random.Random, customers: list[Customer], orders: list[Commitment]) -> None:
    everyone = [customer.pk for customer in customers]
    packed = {
        key: {order.customer_id for order in orders if order.attributes["warehouse"] == warehouse}
        for key, warehouse in (("warehouse-north", "North"), ("warehouse-south", "South"))
    }
    users: dict[str, list[int]] = {
        "shop": everyone,
        "payment-page": [pk for pk in everyone if chance.random() < 0.8],
        "tracking": [pk for pk in everyone if chance.random() < 0.6],
        "phone": [pk for pk in everyone if chance.random() < 0.1],
        **{key: sorted(found) for key, found in packed.items()},
    }
    for component in Component.objects.all():
        components_in_use.set_users(component, users[component.key])
