"""The list's columns, order and filters: the week's numbers, said as unknown where nobody knows, all in the address."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from campaigns import queries
from campaigns.models import Campaign, Result
from campaigns.queries.weeks import read_weeks
from campaigns.services.counting import count_campaigns
from campaigns.sync.clock import read_real_time
from campaigns.sync.weeks import sum_weeks
from campaigns.web.sparkline import HEIGHT, draw
from tests.factories import NOW, make_advertiser, make_campaign, make_live, make_person
from tests.web.clock import run_clock

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 17)  # in New York at NOW


@pytest.fixture
def buyer(client):
    person = make_person("bea")
    client.force_login(person)
    return person


@pytest.fixture
def account(buyer):
    return make_advertiser(name="Northwind", people={buyer: "buyer"})


@pytest.fixture(autouse=True)
def empty_cache():
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def clock(settings):
    with run_clock(settings, NOW) as running:
        yield running


def add_result(campaign, *, ago=0, spend="10.00", results=1, today=TODAY):
    return Result.objects.create(
        advertiser=campaign.advertiser,
        campaign=campaign,
        day=today - timedelta(days=ago),
        spend=Decimal(spend) if spend is not None else None,
        results=results,
        read_at=NOW - timedelta(hours=3),
    )


def read_week(campaign):
    campaign = Campaign.objects.select_related("advertiser").get(pk=campaign.pk)
    return read_weeks([campaign], now=NOW)[campaign.pk]


def read(client, **filters):
    return client.get(reverse("home"), filters).content.decode()


def list_names(page):
    return re.findall(r'id="open-\d+"[^>]*>([^<]+)<', page)


def test_a_week_is_seven_days_with_today_in_the_accounts_own_zone(account):
    campaign = make_live(make_campaign(advertiser=account))
    for ago in range(9):
        add_result(campaign, ago=ago)
    week = read_week(campaign)
    assert week.spend == 70
    assert [day.day for day in week.days] == [TODAY - timedelta(days=ago) for ago in range(6, -1, -1)]


def test_a_day_that_nobody_read_is_unknown_and_not_zero(account):
    campaign = make_live(make_campaign(advertiser=account))
    assert read_week(campaign).spend is None
    add_result(campaign, ago=2)
    week = read_week(campaign)
    assert (week.spend, week.known) == (10, 1)


def test_the_cost_of_a_result_counts_only_days_of_which_both_numbers_are_known(account):
    campaign = make_live(make_campaign(advertiser=account))
    add_result(campaign, spend="30.00", results=2)
    add_result(campaign, ago=1, spend="99.00", results=None)
    assert read_week(campaign).cost == 15


def test_without_a_result_there_is_no_cost_of_one(account):
    campaign = make_live(make_campaign(advertiser=account))
    add_result(campaign, results=0)
    assert read_week(campaign).cost is None


def test_a_drawing_gives_the_largest_day_its_whole_height_and_an_unknown_one_a_tick():
    spark = draw([Decimal(5), None, Decimal(10)])
    assert [(bar.height, bar.known) for bar in spark.bars] == [
        (HEIGHT // 2, True),
        (1, False),
        (HEIGHT, True),
    ]


def test_nothing_known_draws_nothing():
    assert draw([None, None]) is None


def test_the_list_says_spend_results_and_cost_in_the_accounts_money_with_their_age(client, account):
    campaign = make_live(make_campaign(advertiser=account))
    for ago in range(7):
        add_result(campaign, ago=ago, spend="20.00", results=4)
    page = read(client)
    assert "$140.00" in page
    assert "$5.00" in page
    assert re.search(r"read <time[^>]*>3 h", page)


def test_a_campaign_without_numbers_says_unknown(client, account):
    make_live(make_campaign(advertiser=account))
    assert read(client, col=["spend"]).count("unknown") == 1


@pytest.mark.parametrize(
    ("sort", "order"), [("-spend", ["Much", "Little", "None"]), ("spend", ["Little", "Much", "None"])]
)
def test_the_order_by_spend_leaves_the_unknown_to_the_end(client, account, sort, order):
    none, little, much = (
        make_live(make_campaign(advertiser=account, name=name)) for name in ("None", "Little", "Much")
    )
    add_result(none, ago=8, spend="900")  # not of this week
    add_result(little, spend="1")
    add_result(much, spend="9")
    sum_weeks(account, now=NOW)
    assert list_names(read(client, sort=sort)) == order


def test_the_order_by_cost_of_a_result_puts_no_result_last(client, account):
    dear, cheap, none = (
        make_live(make_campaign(advertiser=account, name=name)) for name in ("Dear", "Cheap", "None")
    )
    add_result(dear, spend="10", results=1)
    add_result(cheap, spend="90", results=30)
    add_result(none, spend="5", results=0)
    sum_weeks(account, now=NOW)
    assert list_names(read(client, sort="cost")) == ["Cheap", "Dear", "None"]


def test_sums_that_did_not_move_cost_no_write_and_leave_the_week_with_its_days(account):
    campaign = make_live(make_campaign(advertiser=account))
    add_result(campaign, spend="9")
    assert [sum_weeks(account, now=NOW), sum_weeks(account, now=NOW)] == [1, 0]
    assert sum_weeks(account, now=NOW + timedelta(days=7)) == 1
    campaign.refresh_from_db()
    assert (campaign.week_spend, campaign.week_results, campaign.week_cost) == (None, None, None)


def test_names_are_ordered_from_the_head_of_their_column(client, account):
    for name in ("Beta", "Alpha"):
        make_campaign(advertiser=account, name=name)
    page = read(client, sort="name")
    assert list_names(page) == ["Alpha", "Beta"]
    assert 'aria-sort="ascending"' in page
    assert 'href="/?sort=-name"' in page  # once more turns it round


def test_only_the_columns_chosen_are_shown_and_the_address_keeps_them(client, account):
    make_campaign(advertiser=account)
    page = read(client, col=["results", "state"])
    assert 'data-label="State"' in page
    assert 'data-label="Budget"' not in page
    assert "?col=state&amp;col=results" in page


def test_drift_narrows_to_what_tiktok_holds_otherwise(client, account):
    drifting = make_live(make_campaign(advertiser=account, name="Drifting"))
    make_live(make_campaign(advertiser=account, name="True"))
    Campaign.objects.filter(pk=drifting.pk).update(drifting_since=NOW)
    assert list_names(read(client, drift="1")) == ["Drifting"]


def test_learning_narrows_to_campaigns_that_learn(client, account):
    make_campaign(advertiser=account, name="Draft")
    make_live(make_campaign(advertiser=account, name="Not delivered yet"))
    assert list_names(read(client, learning="1")) == []


@pytest.mark.parametrize("given", [{"sort": "nonsense"}, {"sort": "-"}, {"col": "x"}, {"drift": "yes"}])
def test_nonsense_in_the_address_is_the_usual_list(client, account, given):
    make_campaign(advertiser=account, name="Boots")
    assert list_names(read(client, **given)) == ["Boots"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such index")
def test_on_postgresql_names_are_searched_by_an_index(account):
    found = queries.search_campaigns(Campaign.objects.all(), text="boots")
    with connection.cursor() as cursor:
        for road in ("seqscan", "indexscan", "indexonlyscan"):  # a table of a few rows is read otherwise
            cursor.execute(f"set local enable_{road} = off")
    assert "campaign_name_letters" in found.explain()


def test_a_large_account_says_when_it_was_counted(client, account):
    make_campaign(advertiser=account)
    count_campaigns([account.pk], real_now=read_real_time() - timedelta(seconds=7), large=0)
    found = re.search(r"live, counted (\d+) s ago", read(client))
    assert found is not None and int(found[1]) >= 7
