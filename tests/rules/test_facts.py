"""What people call an object, and one ad group with the rest of its tree left out."""

import pytest

from tests.rules.bases import WEB, resolve


@pytest.mark.parametrize(
    ("name", "label"), [("Spring", "Spring"), ("  Spring ", "Spring"), ("", "The campaign")]
)
def test_a_campaign_is_called_by_its_name_or_by_its_kind(name, label):
    assert resolve({**WEB, "campaign_name": name}).campaign.label == label


@pytest.mark.parametrize(("name", "label"), [("Broad", "Broad"), ("", "Ad group 1")])
def test_an_ad_group_is_called_by_its_name_or_by_its_place(name, label):
    tree = {**WEB, "adgroups": [{**WEB["adgroups"][0], "adgroup_name": name}]}
    assert resolve(tree).adgroups[0].label == label


def test_narrowed_facts_keep_what_is_the_campaigns_and_what_is_that_ad_groups():
    typed = {**WEB["adgroups"][0], "optimization_event": "COMPLETE_PAYMENT", "bid_price": "abc"}
    whole = resolve({**WEB, "special_industries": "x", "sales_destination": None, "adgroups": [typed] * 3})
    narrow = whole.narrow(1)
    assert [item.path for item in narrow.malformed] == ["special_industries", "adgroups/1/bid_price"]
    assert [item.path for item in narrow.rewrites] == ["sales_destination", "adgroups/1/optimization_event"]


def test_what_is_left_out_takes_its_rewritings_and_malformed_members_along_and_the_rest_keeps_its_place():
    typed = {**WEB["adgroups"][0], "optimization_event": "COMPLETE_PAYMENT", "bid_price": "abc"}
    left = resolve({**WEB, "adgroups": [typed] * 3}).without(["adgroups/1"])
    assert [group.path for group in left.adgroups] == ["adgroups/0", "adgroups/2"]
    assert [item.path for item in left.malformed] == ["adgroups/0/bid_price", "adgroups/2/bid_price"]
    assert [item.path for item in left.rewrites] == [
        "adgroups/0/optimization_event",
        "adgroups/2/optimization_event",
    ]
