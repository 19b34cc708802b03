"""Drafts keep what was typed, and nobody overwrites anybody unseen."""

from typing import Any

import pytest

from campaigns.contract.paths import set_at
from campaigns.models import Advertiser, Campaign, Change, Person
from campaigns.services import branches, drafts, editing
from campaigns.services.errors import Forbidden, NotWellFormed, Stale, WrongState
from tests.factories import NOW, add_assets, add_member, make_advertiser, make_person

TREE: dict[str, Any] = {
    "campaign_name": "Spring",
    "budget": "500.00",
    "adgroups": [
        {"adgroup_name": "One", "bid_type": "BID_TYPE_NO_BID", "ads": [{"ad_name": "A"}, {"ad_name": "B"}]}
    ],
}


@pytest.fixture
def account(db: None) -> Advertiser:
    advertiser = make_advertiser()
    add_assets(advertiser)
    return advertiser


@pytest.fixture
def buyer(account: Advertiser) -> Person:
    person = make_person("buyer")
    add_member(person, account, "buyer")
    return person


@pytest.fixture
def draft(account: Advertiser, buyer: Person) -> Campaign:
    return drafts.create_draft(actor=buyer, door="rest", advertiser=account, tree=TREE, now=NOW)


def test_a_draft_is_stored_as_typed(draft: Campaign) -> None:
    assert draft.raw_tree() == TREE


def test_a_value_of_the_wrong_type_is_named(account: Advertiser, buyer: Person) -> None:
    with pytest.raises(NotWellFormed) as caught:
        drafts.create_draft(
            actor=buyer, door="rest", advertiser=account, tree={**TREE, "budget": "lots"}, now=NOW
        )
    assert [problem.path for problem in caught.value.problems] == ["budget"]


def test_a_viewer_cannot_draft(account: Advertiser) -> None:
    viewer = make_person()
    add_member(viewer, account, "viewer")
    with pytest.raises(Forbidden):
        drafts.create_draft(actor=viewer, door="rest", advertiser=account, tree=TREE, now=NOW)


def test_somebody_who_is_no_member_cannot_draft(account: Advertiser) -> None:
    with pytest.raises(Forbidden):
        drafts.create_draft(actor=make_person(), door="rest", advertiser=account, tree=TREE, now=NOW)


def test_a_stale_replacement_changes_nothing(draft: Campaign, buyer: Person) -> None:
    with pytest.raises(Stale) as caught:
        drafts.replace_draft(actor=buyer, door="rest", campaign=draft, version=99, tree={}, now=NOW)
    assert caught.value.current == draft.tree_version
    assert Campaign.objects.get().raw_tree() == TREE


def test_saving_one_member_moves_its_version_and_the_trees(draft: Campaign, buyer: Person) -> None:
    group = draft.adgroups.get()
    editing.save_members(
        actor=buyer, door="page", thing=group, version=1, changes={"bid_type": "BID_TYPE_CUSTOM"}, now=NOW
    )
    group.refresh_from_db()
    draft.refresh_from_db()
    assert (group.wanted["bid_type"], group.version, draft.tree_version) == ("BID_TYPE_CUSTOM", 2, 2)


def test_saving_against_an_old_version_is_stale(draft: Campaign, buyer: Person) -> None:
    save = {"actor": buyer, "door": "page", "thing": draft, "version": 1, "now": NOW}
    editing.save_members(**save, changes={"campaign_name": "First"})
    with pytest.raises(Stale):
        editing.save_members(**save, changes={"campaign_name": "Second"})
    assert Campaign.objects.get().name == "First"


def test_what_is_malformed_is_kept_as_typed(draft: Campaign, buyer: Person) -> None:
    editing.save_members(actor=buyer, door="page", thing=draft, version=1, changes={"budget": "abc"}, now=NOW)
    assert Campaign.objects.get().wanted["budget"] == "abc"


def test_a_nested_member_is_set_and_taken_away(draft: Campaign, buyer: Person) -> None:
    group = draft.adgroups.get()
    save = {"actor": buyer, "door": "page", "thing": group, "now": NOW}
    editing.save_members(**save, version=1, changes={"targeting_spec/languages": ["en"]})
    assert group.wanted["targeting_spec"] == {"languages": ["en"]}
    editing.save_members(**save, version=2, changes={"targeting_spec/languages": None})
    assert "targeting_spec" not in group.wanted


def test_a_fix_reaches_every_ad_group_at_once(draft: Campaign, buyer: Person) -> None:
    branches.add_adgroup(actor=buyer, door="page", campaign=draft, now=NOW)
    draft.refresh_from_db()
    changes = [(f"adgroups/{index}/bid_type", "BID_TYPE_CUSTOM") for index in range(2)]
    editing.apply_changes(
        actor=buyer, door="page", campaign=draft, version=draft.tree_version, changes=changes, now=NOW
    )
    assert [group.wanted["bid_type"] for group in draft.adgroups.all()] == ["BID_TYPE_CUSTOM"] * 2


def test_a_copied_ad_group_brings_its_ads(draft: Campaign, buyer: Person) -> None:
    copy = branches.add_adgroup(
        actor=buyer, door="page", campaign=draft, now=NOW, copy_of=draft.adgroups.get()
    )
    assert [ad.name for ad in copy.ads.all()] == ["A", "B"]


def test_the_thirty_first_ad_group_is_refused(draft: Campaign, buyer: Person) -> None:
    for _ in range(29):
        branches.add_adgroup(actor=buyer, door="page", campaign=draft, now=NOW)
    with pytest.raises(WrongState):
        branches.add_adgroup(actor=buyer, door="page", campaign=draft, now=NOW)


def test_a_discarded_draft_stays_in_the_journal(draft: Campaign, buyer: Person) -> None:
    drafts.discard_draft(actor=buyer, door="page", campaign=draft, now=NOW)
    change = Change.objects.get(act=Change.Act.DISCARDED)
    assert (change.before, change.actor) == (TREE, buyer)


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("a", 1, {"a": 1}),
        ("a/b", 1, {"a": {"b": 1}}),
        ("l/0/x", 1, {"l": [{"x": 1}]}),
        ("l/1", "two", {"l": ["one", "two"]}),
        ("l/0", None, {}),
    ],
)
def test_a_value_is_set_at_its_path(path: str, value: Any, expected: dict[str, Any]) -> None:
    before = {"l": ["one"]} if path in ("l/1", "l/0") else {}
    changed = set_at(before, path, value)
    assert changed == (expected or {"l": []})
