"""What a stopped launch could not make is mended; what may leave at any moment is not touched."""

import pytest

from campaigns.models import Campaign, Person, Push, Thing
from campaigns.services import editing
from campaigns.services.errors import WrongState
from tests.factories import NOW, list_tree, make_advertiser, make_campaign, make_launch, make_person, refuse


@pytest.fixture
def buyer(db: None) -> Person:
    return make_person("buyer")


@pytest.fixture
def stopped(buyer: Person) -> Campaign:
    """The campaign is made, the first ad group refused, the second one on its way."""
    advertiser = make_advertiser(people={buyer: "buyer"})
    campaign = make_campaign(advertiser=advertiser, created_by=buyer, adgroups=2)
    make_launch(campaign, made=1)
    refuse(campaign.adgroups.all()[0])
    Push.objects.filter(adgroup=campaign.adgroups.all()[1], aspect="body").update(
        state=Push.State.SENT, sent_at=NOW
    )
    return campaign


def edit(buyer: Person, thing: Thing) -> None:
    changes = {thing.level.name_member: "Mended"}
    editing.save_members(
        actor=buyer, door="page", thing=thing, version=thing.version, changes=changes, now=NOW
    )


def test_what_was_refused_and_what_waits_below_it_can_be_mended(stopped: Campaign, buyer: Person) -> None:
    _, group, ad, *_ = list_tree(stopped)
    edit(buyer, group)
    edit(buyer, ad)


def test_what_waits_below_an_object_that_is_on_its_way_cannot_be_edited(
    stopped: Campaign, buyer: Person
) -> None:
    *_, ad = list_tree(stopped)
    with pytest.raises(WrongState):
        edit(buyer, ad)


def test_all_that_waits_below_a_refused_campaign_can_be_mended(buyer: Person) -> None:
    campaign = make_campaign(advertiser=make_advertiser(people={buyer: "buyer"}), created_by=buyer)
    make_launch(campaign)
    refuse(campaign)
    for thing in list_tree(campaign):
        edit(buyer, thing)
