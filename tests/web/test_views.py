"""Saved views: an address under a name, one's own or an account's."""

import pytest
from django.urls import reverse

from campaigns.models import SavedView
from tests.factories import add_member, make_advertiser, make_campaign, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(client):
    person = make_person("bea")
    client.force_login(person)
    return person


@pytest.fixture
def account(buyer):
    advertiser = make_advertiser(name="Northwind", people={buyer: "buyer"})
    make_campaign(advertiser=advertiser)
    return advertiser


def save(client, name="Mine", address="q=boots&sort=-spend", **given):
    return client.post(reverse("views"), {"name": name, "address": address} | given)


def read(client):
    return client.get(reverse("home")).content.decode()


def test_a_view_keeps_filters_order_and_columns(client, account):
    answer = save(client, address="q=boots&sort=-spend&col=spend&page=4&nonsense=1")
    assert answer["Location"] == "/?q=boots&sort=-spend&col=spend"
    assert "?q=boots&amp;sort=-spend&amp;col=spend" in read(client)


def test_a_view_of_ones_own_is_nobody_elses(client, account):
    save(client, name="Mine alone")
    read(client)  # the note that it is saved is told once
    colleague = make_person()
    add_member(colleague, account)
    client.force_login(colleague)
    assert "Mine alone" not in read(client)


def test_a_shared_view_is_seen_in_the_account_and_nowhere_else(client, account):
    save(client, name="For all", account=account.advertiser_id)
    read(client)
    colleague, stranger = make_person(), make_person()
    add_member(colleague, account, "viewer")
    make_advertiser(people={stranger: "administrator"})
    for person, seen in ((colleague, True), (stranger, False)):
        client.force_login(person)
        assert ("For all" in read(client)) is seen


def test_saving_under_the_same_name_replaces_ones_own(client, account):
    save(client, address="q=boots")
    save(client, address="q=tents")
    assert [view.address for view in SavedView.objects.all()] == ["q=tents"]


def test_nobody_overwrites_what_a_colleague_shares(client, account):
    save(client, name="For all", account=account.advertiser_id)
    colleague = make_person()
    add_member(colleague, account)
    client.force_login(colleague)
    answer = save(client, name="For all", account=account.advertiser_id)
    assert answer.status_code == 409
    assert "Choose another name" in answer.content.decode()


def test_a_view_without_a_name_is_refused_with_the_way_out(client, account):
    answer = save(client, name="  ")
    assert answer.status_code == 409
    assert "needs a name" in answer.content.decode()


def test_a_viewer_keeps_views_but_is_not_asked_to_share(client):
    viewer = make_person()
    make_campaign(advertiser=make_advertiser(name="Northwind", people={viewer: "viewer"}))
    client.force_login(viewer)
    assert "Everybody in" not in read(client)
    assert save(client).status_code == 302


@pytest.mark.parametrize(("role", "answered"), [("buyer", 403), ("manager", 302)])
def test_a_shared_view_is_removed_by_its_owner_or_a_manager(client, account, role, answered):
    save(client, name="For all", account=account.advertiser_id)
    colleague = make_person()
    add_member(colleague, account, role)
    client.force_login(colleague)
    view = SavedView.objects.get()
    assert client.post(reverse("view-remove", args=[view.pk])).status_code == answered


def test_another_persons_own_view_does_not_exist(client, account):
    save(client)
    stranger = make_person()
    client.force_login(stranger)
    assert client.post(reverse("view-remove", args=[SavedView.objects.get().pk])).status_code == 404
