"""Who is affected: rules, freezing, versions, removing, growth."""

from collections.abc import Mapping

import pytest

from conftest import START, HandClock
from daylight.accounts.models import Member
from daylight.customers.models import Commitment, Customer, Group
from daylight.incidents import register
from daylight.incidents.failures import RuleNotUsable, SaysWhy
from daylight.incidents.models import AffectedCustomer, ComponentUse
from daylight.incidents.tests.makers import a_component, a_register, an_incident

pytestmark = pytest.mark.django_db


def customers(count: int, **facts: object) -> list[Customer]:
    rows = [Customer(name=f"Customer {n}", created_at=START, updated_at=START, **facts) for n in range(count)]
    return Customer.objects.bulk_create(rows)


def test_each_rule_finds_its_customers(ana: Member, clock: HandClock) -> None:
    gold, plain = customers(3, attributes={"plan": "gold"}), customers(2)
    group = Group.objects.create(name="Miller & Sons")
    member_of_group = customers(1, group=group)[0]
    checkout = a_component()
    ComponentUse.objects.create(component=checkout, customer=plain[0])
    Commitment.objects.create(
        kind="order",
        reference="1",
        customer=plain[1],
        promised_on="2026-05-04",
        attributes={"warehouse": "North"},
        created_at=START,
        updated_at=START,
    )
    incident = an_incident(lead=ana)
    north = {"attributes": {"warehouse": "North"}, "promised_from": "2026-05-03", "promised_until": "2026-05-05"}

    def found(kind: str, parameters: Mapping[str, object]) -> set[Customer]:
        rule = register.add_rule(incident, kind=kind, parameters=parameters, reason="Because.", by=ana, at=clock.now)
        return set(register.found_by(rule))

    assert found("attributes", {"plan": "gold"}) == set(gold)
    assert found("component", {"component": "checkout"}) == {plain[0]}
    assert found("commitments", north) == {plain[1]}
    assert found("group", {"group": group.pk}) == {member_of_group}
    assert found("listed", {"customers": [gold[0].pk, gold[0].pk]}) == {gold[0]}
    assert len(found("everyone", {})) == 6
    assert register.count(incident) == 6


def test_the_first_rule_gives_the_reason_and_each_customer_comes_once(ana: Member, clock: HandClock) -> None:
    some = customers(3)
    incident = an_incident(lead=ana)
    a_register(incident, [some[0].pk], by=ana, reason="You paid at noon.")
    version = a_register(incident, [row.pk for row in some], by=ana, at=clock.now, reason="You paid today.")

    assert (version.number, version.added, version.total) == (2, 2, 3)
    assert AffectedCustomer.objects.get(customer=some[0]).reason == "You paid at noon."
    assert AffectedCustomer.objects.added_in(version).count() == 2


def test_growth_is_a_new_version_and_no_growth_is_none(ana: Member, clock: HandClock) -> None:
    customers(2)
    incident = an_incident(lead=ana)
    register.add_rule(incident, kind="everyone", parameters={}, reason="Everybody.", by=ana, at=clock.now)
    first = register.freeze(incident, by=ana, at=clock.now)
    assert register.freeze(incident, by=ana, at=clock.now) == first

    customers(3)
    assert register.newly_found(incident) == 3
    second = register.freeze(incident, by=ana, at=clock.move(minutes=5))

    assert (second.number, second.added, second.total) == (2, 3, 5)


def test_an_empty_register_is_a_version_too(ana: Member, clock: HandClock) -> None:
    version = register.freeze(an_incident(lead=ana), by=ana, at=clock.now)
    assert (version.number, version.total) == (1, 0)


def test_who_was_removed_stays_on_record_and_out_until_put_back(ana: Member, clock: HandClock) -> None:
    some = customers(3)
    incident = an_incident(lead=ana, affected=some)
    with pytest.raises(SaysWhy):
        register.remove(incident, customers=[some[0].pk], because="", by=ana, at=clock.now)
    version = register.remove(incident, customers=[some[0].pk], because="Paid by invoice.", by=ana, at=clock.now)
    assert version is not None
    assert (version.removed, version.total) == (1, 2)
    assert register.freeze(incident, by=ana, at=clock.now).total == 2
    assert AffectedCustomer.objects.get(customer=some[0]).removed_because == "Paid by invoice."

    back = register.add_one(incident, customer=some[0], reason="You paid twice.", by=ana, at=clock.now)

    assert (back.number, back.added, back.total) == (3, 1, 3)
    assert set(AffectedCustomer.objects.added_in(back)) == {AffectedCustomer.objects.get(customer=some[0])}


def test_a_withdrawn_rule_takes_out_only_whom_no_other_rule_finds(ana: Member, clock: HandClock) -> None:
    some = customers(3)
    incident = an_incident(lead=ana)
    a_register(incident, [row.pk for row in some], by=ana, reason="Wrong.")
    a_register(incident, [some[0].pk], by=ana, reason="Right.")
    wrong = incident.register_rules.order_by("pk")[0]

    version = register.withdraw(wrong, because="The list was of another day.", by=ana, at=clock.now)

    assert version is not None
    assert (version.removed, version.total) == (2, 1)
    assert AffectedCustomer.objects.present().get().reason == "Right."
    assert register.freeze(incident, by=ana, at=clock.now).total == 1


def test_erased_customers_are_not_found(ana: Member, clock: HandClock) -> None:
    customers(1, erased_at=START)
    incident = an_incident(lead=ana)
    register.add_rule(incident, kind="everyone", parameters={}, reason="Everybody.", by=ana, at=clock.now)
    assert register.freeze(incident, by=ana, at=clock.now).total == 0


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("component", {"component": "no-such"}),
        ("attributes", {}),
        ("listed", {"customers": []}),
        ("commitments", {"promised_from": "yesterday"}),
        ("nonsense", {}),
    ],
)
def test_a_rule_that_can_find_nobody_is_refused(
    kind: str, parameters: dict[str, object], ana: Member, clock: HandClock
) -> None:
    with pytest.raises(RuleNotUsable):
        register.add_rule(an_incident(), kind=kind, parameters=parameters, reason="So.", by=ana, at=clock.now)
