"""What one act may do by itself: limits of people and of their clients."""

from decimal import Decimal

import pytest

from campaigns.analysis.exposure import NOTHING, UNBOUNDED, Exposure
from campaigns.models import Advertiser, ClientToken, Membership, Person
from campaigns.services.errors import MustPropose
from campaigns.services.limits import require_within
from tests.factories import NOW, make_advertiser, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> Person:
    return make_person("ana")


@pytest.fixture
def account(ana: Person) -> Advertiser:
    account = make_advertiser(people={ana: "buyer"})
    Membership.objects.update(largest_raise=Decimal(100))
    return account


def day(amount: int) -> Exposure:
    return Exposure(Decimal(amount), None, None)


def ask(actor: Person, account: Advertiser, before: Exposure, after: Exposure, *budgets: int) -> None:
    given = [Decimal(item) for item in budgets]
    require_within(actor=actor, advertiser=account, before=before, after=after, budgets=given, now=NOW)


@pytest.mark.parametrize(
    ("before", "after"),
    [(day(500), day(600)), (day(500), day(100)), (UNBOUNDED, UNBOUNDED), (UNBOUNDED, day(9))],
)
def test_a_raise_within_the_limit_goes_out(
    ana: Person, account: Advertiser, before: Exposure, after: Exposure
) -> None:
    ask(ana, account, before, after)


@pytest.mark.parametrize(("before", "after"), [(day(500), day(601)), (NOTHING, UNBOUNDED)])
def test_a_raise_beyond_it_is_a_managers(
    ana: Person, account: Advertiser, before: Exposure, after: Exposure
) -> None:
    with pytest.raises(MustPropose, match="your limit is 100"):
        ask(ana, account, before, after)


def test_without_a_limit_the_role_alone_decides(ana: Person, account: Advertiser) -> None:
    Membership.objects.update(largest_raise=None)
    ask(ana, account, day(1), day(1_000_000))


def test_a_client_that_must_ask_asks_for_the_smallest_change(ana: Person, account: Advertiser) -> None:
    ana.via = ClientToken(must_propose=True)
    with pytest.raises(MustPropose, match="asks and never changes"):
        ask(ana, account, NOTHING, NOTHING)


def test_a_client_whose_launches_need_a_person_adds_nothing_live_by_itself(
    ana: Person, account: Advertiser
) -> None:
    ana.via = ClientToken(launch_needs_person=True)
    given = {"before": NOTHING, "after": NOTHING, "budgets": [], "now": NOW}
    require_within(actor=ana, advertiser=account, **given)
    with pytest.raises(MustPropose, match="a person has to agree"):
        require_within(actor=ana, advertiser=account, grows=True, **given)


def test_a_budget_above_a_clients_largest_is_a_managers(ana: Person, account: Advertiser) -> None:
    ana.via = ClientToken(largest_budget=Decimal(50))
    ask(ana, account, day(10), day(20), 50)
    with pytest.raises(MustPropose, match="above this token's 50"):
        ask(ana, account, day(10), day(20), 51)
