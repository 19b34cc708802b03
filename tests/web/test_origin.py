"""A campaign made from another: the copy, the chip that counts where they differ, the list, and what is taken again."""

import pytest
from django.urls import reverse

from campaigns.models import Campaign
from campaigns.models.campaign import State
from campaigns.sync.mirror import note_vanished
from tests.factories import (
    NOW,
    add_adgroup,
    add_assets,
    list_tree,
    make_advertiser,
    make_campaign,
    make_live,
    make_person,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(client):
    person = make_person("bea")
    client.force_login(person)
    return person


@pytest.fixture
def source(buyer):
    account = make_advertiser(people={buyer: "buyer"})
    add_assets(account)
    return make_live(make_campaign(advertiser=account, name="Spring", adgroups=2))


@pytest.fixture
def copy(client, source):
    client.post(reverse("campaign-duplicate", args=[source.pk]))
    return Campaign.objects.with_state().latest("pk")


def read(client, copy, page="campaign"):
    return client.get(reverse(page, args=[copy.pk])).content.decode()


def change(thing, **members):
    thing.wanted = {**thing.wanted, **members}
    thing.save(update_fields=["wanted"])


def test_a_copy_is_a_draft_with_the_whole_tree_and_a_name_of_its_own(source, copy):
    assert (copy.state, copy.name, copy.adgroups.count()) == (State.DRAFT, "Spring (copy)", 2)
    assert copy.made_from == source


def test_what_is_gone_at_tiktok_is_not_copied(client, source):
    source.adgroups.filter(position=1).update(vanished_at=source.created_at)
    client.post(reverse("campaign-duplicate", args=[source.pk]))
    assert Campaign.objects.latest("pk").adgroups.count() == 1


def test_a_fresh_copy_differs_in_nothing(client, copy):
    assert "As Spring" in read(client, copy)


def test_the_chip_counts_the_fields_that_differ_and_opens_their_list(client, copy):
    change(copy, budget="700.00")
    group = copy.adgroups.get(position=2)
    change(group, targeting_spec={**group.wanted.get("targeting_spec", {}), "languages": ["de"]})
    page = read(client, copy)
    assert "Differs from Spring in 2 fields" in page
    assert reverse("campaign-origin", args=[copy.pk]) in page
    listed = read(client, copy, "campaign-origin")
    assert "<code>budget</code>" in listed
    assert "<code>targeting_spec/languages</code>" in listed


def test_the_same_amount_written_otherwise_is_no_difference(client, copy):
    change(copy, budget="500.0")
    assert "As Spring" in read(client, copy)


def test_an_ad_group_that_only_one_of_them_has_is_one_difference(client, copy):
    add_adgroup(copy, place=3)
    assert "in 1 field" in read(client, copy)
    assert "only here" in read(client, copy, "campaign-origin")


def test_a_field_is_taken_again_in_one_press_and_that_is_undone_in_one(client, copy):
    change(copy, budget="700.00")
    address = reverse("campaign-origin", args=[copy.pk])
    client.post(address, {"version": copy.tree_version, "path": "budget"})
    copy.refresh_from_db()
    assert float(copy.wanted["budget"]) == 500
    assert "/undo/" in client.get(address).content.decode()


def test_a_stale_page_takes_nothing(client, copy):
    change(copy, budget="700.00")
    answer = client.post(reverse("campaign-origin", args=[copy.pk]), {"version": 99, "path": "budget"})
    assert answer.status_code == 409
    copy.refresh_from_db()
    assert copy.wanted["budget"] == "700.00"


def test_the_builder_shows_the_chip_and_the_chip_alone_answers_htmx(client, copy):
    assert 'id="origin"' in read(client, copy, "builder")
    chip = client.get(reverse("campaign-origin", args=[copy.pk]), headers={"HX-Request": "true"})
    assert "<html" not in chip.content.decode()


def test_a_campaign_made_from_nothing_has_no_chip_and_no_list(client, source):
    assert 'id="origin"' not in read(client, source)
    assert client.get(reverse("campaign-origin", args=[source.pk])).status_code == 404


def test_a_viewer_can_neither_duplicate_nor_take(client, source, copy):
    viewer = make_person("vi")
    source.advertiser.memberships.create(person=viewer, role="viewer")
    client.force_login(viewer)
    assert client.post(reverse("campaign-duplicate", args=[source.pk])).status_code == 403
    change(copy, budget="700.00")
    assert "Take it again" not in read(client, copy, "campaign-origin")


def test_another_accounts_campaign_is_not_there_to_duplicate(client, source):
    client.force_login(make_person("other"))
    assert client.post(reverse("campaign-duplicate", args=[source.pk])).status_code == 404


def test_a_campaign_that_is_gone_at_tiktok_is_made_anew_with_all_of_its_tree(client, source):
    for thing in list_tree(source):
        note_vanished(thing, now=NOW)
    client.post(reverse("campaign-duplicate", args=[source.pk]))
    assert Campaign.objects.latest("pk").adgroups.count() == 2
