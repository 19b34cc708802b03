"""Pausing and starting many from the list: all or none, and what stands in the way says which and why."""

import pytest
from django.urls import reverse

from campaigns.models import Change, Push
from tests.factories import add_assets, add_member, make_advertiser, make_campaign, make_live, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    person = make_person("max")
    client.force_login(person)
    return person


@pytest.fixture
def account(manager):
    advertiser = make_advertiser(name="Northwind", people={manager: "manager"})
    add_assets(advertiser)
    return advertiser


def switch(client, *campaigns, status="DISABLE", **given):
    picks = {"pick": [campaign.pk for campaign in campaigns], "status": status}
    return client.post(reverse("campaigns-switch"), picks | given)


def list_stops():
    return list(
        Push.objects.filter(lane=Push.Lane.STOP).order_by("campaign").values_list("campaign", flat=True)
    )


def test_many_are_paused_in_one_act_and_the_list_is_as_it_was(client, account):
    first, second, other = (make_live(make_campaign(advertiser=account)) for _ in range(3))
    answer = switch(client, first, second, back="state=live&sort=name")
    assert answer["Location"] == "/?state=live&sort=name"
    assert list_stops() == [first.pk, second.pk]


def test_a_draft_among_them_is_named_and_nothing_is_paused(client, account):
    live = make_live(make_campaign(advertiser=account, name="Running"))
    answer = switch(client, live, make_campaign(advertiser=account, name="Half done"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Half done" in page
    assert "It is not at TikTok" in page
    assert "Pause the other 1" in page
    assert list_stops() == []


def test_a_campaign_of_an_account_where_one_only_reads_is_named(client, account, manager):
    other = make_advertiser(name="Elsewhere", people={manager: "viewer"})
    answer = switch(client, make_live(make_campaign(advertiser=other)))
    assert answer.status_code == 409
    assert "This takes a buyer or manager of Elsewhere." in answer.content.decode()


def test_a_start_says_first_what_can_be_spent_and_sends_nothing(client, account):
    campaign = make_live(make_campaign(advertiser=account))
    answer = switch(client, campaign, status="ENABLE")
    assert answer.status_code == 200
    assert "$625.00" in answer.content.decode()
    assert not Change.objects.filter(act=Change.Act.STARTED).exists()


def test_a_start_that_was_agreed_to_goes_out(client, account):
    campaign = make_live(make_campaign(advertiser=account))
    assert switch(client, campaign, status="ENABLE", yes="1").status_code == 302
    assert Change.objects.get(act=Change.Act.STARTED).campaign_ref == campaign.pk


def test_nothing_ticked_says_so(client, account):
    switch(client)
    assert "tick the campaigns first" in client.get("/").content.decode()


def test_what_one_cannot_see_cannot_be_ticked(client, account):
    switch(client, make_live(make_campaign(advertiser=make_advertiser())))
    assert list_stops() == []


@pytest.mark.parametrize(("role", "pause", "start"), [("viewer", 0, 0), ("buyer", 1, 0), ("manager", 1, 1)])
def test_the_bar_offers_only_what_the_role_may_do(client, role, pause, start):
    person, account = make_person(), make_advertiser()
    add_member(person, account, role)
    make_live(make_campaign(advertiser=account))
    client.force_login(person)
    page = client.get("/").content.decode()
    assert page.count('name="status" value="DISABLE"') == pause
    assert page.count('name="status" value="ENABLE"') == start
