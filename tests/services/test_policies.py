"""An account's own house numbers: who may set them, within which bounds, and where they count."""

from decimal import Decimal

import pytest

from campaigns.models import Change, PolicyOverride, policy_of
from campaigns.rules.policy import house_policy
from campaigns.services import policies
from campaigns.services.errors import Forbidden, Refused
from campaigns.services.judging import judge_raw
from tests.factories import NOW, make_advertiser, make_person
from tests.rules.bases import WEB, change

pytestmark = pytest.mark.django_db
FIGURE = "learning.days"


@pytest.fixture
def ada():
    return make_person("ada")


@pytest.fixture
def account(ada):
    return make_advertiser(people={ada: "administrator"})


def put(ada, account, value, *, name=FIGURE, reason="Our product sells slowly"):
    return policies.set_override(
        actor=ada, door="page", advertiser=account, name=name, value=Decimal(value), reason=reason, now=NOW
    )


def take_back(ada, account, *, name=FIGURE, reason="Back to the house's"):
    policies.clear_override(actor=ada, door="page", advertiser=account, name=name, reason=reason, now=NOW)


def test_an_administrator_sets_a_number_and_the_journal_says_what_stood_before(ada, account):
    put(ada, account, "10")
    put(ada, account, "12", reason="  Still\nslower ")
    assert policy_of(account).number(FIGURE) == 12
    assert house_policy().number(FIGURE) == 7
    changes = Change.objects.filter(act="policy").order_by("pk")
    assert [(item.before, item.after, item.note) for item in changes] == [
        ({FIGURE: "7"}, {FIGURE: "10"}, "Our product sells slowly"),
        ({FIGURE: "10"}, {FIGURE: "12"}, "Still slower"),
    ]
    assert PolicyOverride.objects.count() == 1


def test_a_number_of_one_account_counts_for_no_other(ada, account):
    put(ada, account, "10")
    assert policy_of(make_advertiser()).number(FIGURE) == 7


def test_taking_it_back_is_journalled_and_twice_is_no_act(ada, account):
    put(ada, account, "10")
    take_back(ada, account)
    take_back(ada, account)
    assert policy_of(account).number(FIGURE) == 7
    last = Change.objects.filter(act="policy").first()
    assert (last.before, last.after) == ({FIGURE: "10"}, {FIGURE: "7"})
    assert Change.objects.filter(act="policy").count() == 2


@pytest.mark.parametrize("value", ["2", "15", "7.5", "NaN", "Infinity", "-7", "1E+999999"])
def test_a_number_outside_its_bounds_is_refused_and_the_bounds_are_named(ada, account, value):
    with pytest.raises(Refused, match="learning.days can be 3 to 14 in whole numbers"):
        put(ada, account, value)
    assert not PolicyOverride.objects.exists()
    assert not Change.objects.exists()


@pytest.mark.parametrize("value", ["3", "14"])
def test_the_bounds_themselves_are_within(ada, account, value):
    put(ada, account, value)
    assert policy_of(account).number(FIGURE) == Decimal(value)


@pytest.mark.parametrize("name", ["push.lease", "meter.app_rate", "judging.findings_per_rule"])
def test_no_account_has_figures_of_the_protocol_of_its_own(ada, account, name):
    with pytest.raises(Refused, match="Engineering"):
        put(ada, account, "20", name=name)


def test_a_figure_that_is_not_there_is_refused(ada, account):
    with pytest.raises(Refused, match="no house number called"):
        put(ada, account, "20", name="learning.luck")
    with pytest.raises(Refused, match="no house number called"):
        take_back(ada, account, name="learning.luck")


def test_two_figures_that_belong_together_stay_in_order(ada, account):
    with pytest.raises(Refused, match="Change the other one first"):
        put(ada, account, "12", name="advice.variants_least")
    put(ada, account, "20", name="advice.variants_most")
    put(ada, account, "12", name="advice.variants_least")
    with pytest.raises(Refused, match="Change the other one first"):
        take_back(ada, account, name="advice.variants_most")
    assert policy_of(account).number("advice.variants_most") == 20


@pytest.mark.parametrize("reason", ["", "  \n", "\x00", "x" * 501])
def test_a_number_without_a_reason_that_fits_is_refused(ada, account, reason):
    with pytest.raises(Refused, match="reason"):
        put(ada, account, "10", reason=reason)


@pytest.mark.parametrize("role", ["viewer", "buyer", "manager", None])
def test_nobody_but_an_administrator_of_the_account_changes_a_number(account, role):
    person = make_person()
    make_advertiser(people={person: "administrator"})
    if role:
        account.memberships.create(person=person, role=role)
    for act in (lambda: put(person, account, "10"), lambda: take_back(person, account)):
        with pytest.raises(Forbidden, match="administrator"):
            act()


def test_a_number_that_the_house_no_longer_admits_counts_for_nothing(ada, account):
    PolicyOverride.objects.create(
        advertiser=account, name=FIGURE, value=90, actor=ada, reason="Then allowed", at=NOW
    )
    PolicyOverride.objects.create(
        advertiser=account, name="learning.gone", value=1, actor=ada, reason="Then there", at=NOW
    )
    assert policy_of(account).number(FIGURE) == 7


def test_a_tree_is_judged_by_the_accounts_own_numbers(ada, account):
    tree = change(WEB, {"adgroups/0/bid_type": "BID_TYPE_CUSTOM", "adgroups/0/conversion_bid_price": "20"})

    def said():
        return {item.rule for item in judge_raw(advertiser=account, raw=tree, now=NOW).findings}

    known = said()
    put(ada, account, "60", name="advice.budget_per_result_better")
    put(ada, account, "50", name="advice.budget_per_result_least")
    assert said() - known == {"budget-feeds-learning"}
