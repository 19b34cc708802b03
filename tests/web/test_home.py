"""The list of campaigns: filters in the address, states in words, a fragment that refreshes itself."""

from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.models import Launch, Push
from campaigns.sync.outbox import AT_ONCE
from tests.factories import (
    NOW,
    list_tree,
    make_advertiser,
    make_campaign,
    make_change,
    make_launch,
    make_live,
    make_person,
    mirror,
    refuse,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(client):
    person = make_person("bea")
    client.force_login(person)
    return person


@pytest.fixture
def account(buyer):
    return make_advertiser(name="Northwind", people={buyer: "buyer"})


def read(client, **filters):
    return client.get(reverse("home"), filters).content.decode()


def count_queries(django_assert_max_num_queries, act):
    with django_assert_max_num_queries(60) as captured:
        act()
    return len(captured)


def test_filters_by_name_state_and_account_live_in_the_address(client, buyer, account):
    other = make_advertiser(name="Other", people={buyer: "buyer"})
    make_campaign(advertiser=account, name="Tents")
    make_live(make_campaign(advertiser=account, name="Boots"))
    make_live(make_campaign(advertiser=other, name="Boots abroad"))
    page = read(client, q="boots", state="live", account=account.advertiser_id)
    assert "Boots" in page
    assert "Tents" not in page
    assert "Boots abroad" not in page
    assert f"q=boots&amp;state=live&amp;account={account.advertiser_id}" in page  # the fragment keeps them


def test_a_tiktok_id_of_a_campaign_or_its_ad_group_finds_it(client, account):
    campaign = make_live(make_campaign(advertiser=account, name="Boots"))
    make_live(make_campaign(advertiser=account, name="Tents"))
    for remote_id in (campaign.remote_id, campaign.adgroups.get().remote_id):
        page = read(client, q=remote_id)
        assert "Boots" in page
        assert "Tents" not in page


def test_filters_that_match_nothing_say_so_and_offer_the_way_out(client, account):
    make_campaign(advertiser=account)
    page = read(client, q="no such thing")
    assert "Nothing matches" in page
    assert "Clear the filters" in page


@pytest.mark.parametrize(
    ("name", "value"),
    [("state", "nonsense"), ("page", "x"), ("page", "-3"), ("page", "9999"), ("q", "\x01%_'\"<")],
)
def test_nonsense_in_the_address_is_a_list_and_not_an_error(client, account, name, value):
    make_campaign(advertiser=account)
    assert client.get(reverse("home"), {name: value}).status_code == 200


def test_an_empty_account_shows_an_example_and_the_button(client, account):
    page = read(client)
    assert "Your first campaign" in page
    assert reverse("builder-new") in page


def test_a_viewer_gets_the_example_without_the_button(client):
    viewer = make_person()
    make_advertiser(people={viewer: "viewer"})
    client.force_login(viewer)
    page = read(client)
    assert "Your first campaign" in page
    assert reverse("builder-new") not in page


def test_statuses_are_said_in_words_and_an_unknown_one_raw(client, account):
    reviewed = make_live(make_campaign(advertiser=account, name="Reviewed"))
    strange = make_live(make_campaign(advertiser=account, name="Strange"))
    make_live(make_campaign(advertiser=account, name="Running"))
    for thing in list_tree(reviewed)[1:]:
        mirror(thing, status=f"{thing.level.upper()}_STATUS_AUDIT")
    mirror(list_tree(strange)[-1], status="AD_STATUS_NEVER_SEEN")
    assert "In review at TikTok" in read(client, q="Reviewed")
    assert "AD_STATUS_NEVER_SEEN" in read(client, q="Strange")
    assert "Delivering" in read(client, q="Running")


def test_budgets_stand_in_the_accounts_own_money(client, buyer):
    yen = make_advertiser(currency="JPY", zone="Asia/Tokyo", people={buyer: "buyer"})
    make_campaign(advertiser=yen, budget="300000")
    make_campaign(advertiser=yen, budget_optimize_on=False, budget_mode="BUDGET_MODE_INFINITE", budget=None)
    page = read(client)
    assert "¥300,000" in page
    assert "by ad group" in page


def test_the_last_change_names_who_and_by_which_door(client, account):
    max_ = make_person("max", first_name="Max", last_name="Manager")
    campaign = make_campaign(advertiser=account)
    make_change(campaign, act="created", at=NOW - timedelta(days=2))
    make_change(campaign, actor=max_, act="edited", door="rest")
    page = read(client)
    assert "Edited" in page
    assert "Max Manager · REST" in page


def test_what_needs_somebody_is_counted_with_the_way_there(client, account):
    stopped, lost = make_campaign(advertiser=account), make_campaign(advertiser=account)
    make_launch(stopped, made=1)
    refuse(stopped.adgroups.get())
    make_launch(lost, made=2)
    Push.objects.filter(ad__adgroup__campaign=lost, aspect="body").update(state=Push.State.NEEDS_PERSON)
    make_campaign(advertiser=account, name="Half done")
    page = read(client)
    for words, query in (
        ("1 launch stopped", "state=failed"),
        ("1 needs a person", "state=needs_person"),
        ("1 to finish", "state=draft"),
    ):
        assert words in page
        assert query in page


def test_unsure_and_retrying_pushes_are_counted_as_waiting(client, account):
    campaign = make_campaign(advertiser=account)
    make_launch(campaign, made=2)
    Push.objects.filter(ad__isnull=False, aspect="body").update(state=Push.State.UNSURE)
    Push.objects.filter(adgroup__isnull=False, aspect="switch").update(
        error={"meaning": "unreachable", "message": "no"}
    )
    assert "2 waiting for TikTok" in read(client)


def test_a_viewer_is_not_asked_to_finish_drafts(client):
    viewer = make_person()
    make_campaign(advertiser=make_advertiser(people={viewer: "viewer"}))
    client.force_login(viewer)
    assert "to finish" not in read(client)


def test_the_list_asks_again_soon_while_something_moves_and_later_otherwise(client, account):
    campaign = make_live(make_campaign(advertiser=account))
    assert 'hx-trigger="every 10s"' in read(client)
    for thing in list_tree(campaign)[1:]:
        mirror(thing, status=f"{thing.level.upper()}_STATUS_AUDIT")
    assert 'hx-trigger="every 3s"' in read(client)


def test_htmx_gets_the_part_that_moves_and_history_the_whole_page(client, account):
    make_campaign(advertiser=account)
    part = client.get(reverse("home"), headers={"HX-Request": "true"}).content.decode()
    whole = client.get(reverse("home"), headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert 'id="live"' in part
    assert "<html" not in part
    assert "<html" in whole.content.decode()


def test_a_long_list_comes_in_pages_that_keep_the_filters(client, account):
    for number in range(27):
        make_campaign(advertiser=account, created_by=account.people.get(), name=f"Boots {number}")
    first, second = read(client, q="boots"), read(client, q="boots", page="2")
    assert "1–25 of 27" in first
    assert "?q=boots&amp;page=2" in first
    assert "26–27 of 27" in second
    assert "q=boots&amp;page=2" in second  # its fragment stays on this page


def test_a_launch_under_way_says_in_its_row_how_far_it_is_and_how_long_it_takes(client, account):
    make_launch(make_campaign(advertiser=account, adgroups=2, ads=2), made=3)
    Push.objects.update(not_before=AT_ONCE)
    assert "3 of 7 made · about 6 seconds to go" in read(client)


def test_a_launch_that_made_all_says_how_much_of_it_is_switched_on(client, account):
    make_launch(make_campaign(advertiser=account), made=3)
    Push.objects.update(not_before=AT_ONCE)
    Push.objects.filter(ad__isnull=False).update(state=Push.State.DONE)
    assert "All 3 made, 1 switched on" in read(client)


def test_a_paused_launch_says_so_and_promises_no_end(client, account):
    make_launch(make_campaign(advertiser=account), made=1)
    Launch.objects.update(paused_at=NOW)
    page = read(client)
    assert "Its launch is paused: 1 of 3 made" in page
    assert "to go" not in page


def test_a_growth_under_way_is_told_beside_its_live_campaign(client, account):
    campaign = make_live(make_campaign(advertiser=account))
    Launch.objects.update(grows=True, finished_at=None)
    Push.objects.filter(campaign=campaign).update(launch=None)
    Push.objects.filter(ad__isnull=False).update(state=Push.State.WAITING, not_before=AT_ONCE)
    page = read(client)
    assert "Adding: 1 of 2 made" in page
    assert "Live" in page


def test_the_number_of_queries_does_not_grow_with_what_is_being_launched(
    client, account, django_assert_max_num_queries
):
    author = account.people.get()
    counts = []
    for size in (1, 8):
        for _ in range(size):
            make_launch(make_campaign(advertiser=account, created_by=author, ads=size), made=1)
        counts.append(count_queries(django_assert_max_num_queries, lambda: read(client)))
    assert counts[0] == counts[1]


def test_the_number_of_queries_does_not_grow_with_the_list(client, account, django_assert_max_num_queries):
    author = account.people.get()
    make_live(make_campaign(advertiser=account, created_by=author))
    few = count_queries(django_assert_max_num_queries, lambda: read(client))
    for _ in range(8):
        make_change(make_live(make_campaign(advertiser=account, created_by=author, adgroups=2, ads=2)))
        make_campaign(advertiser=account, created_by=author)
    many = count_queries(django_assert_max_num_queries, lambda: read(client))
    assert many == few <= 14
