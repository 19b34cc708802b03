"""Many places of a draft in one act: all or nothing, only by who may, only into what was looked at."""

import pytest

from campaigns.models import Change
from campaigns.services import branches, bulk
from campaigns.services.errors import Forbidden, NotWellFormed, Stale, WrongState
from tests.factories import NOW, add_member, make_advertiser, make_person
from tests.web.gridding import list_groups, make_groups

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer():
    return make_person("bea")


@pytest.fixture
def draft(buyer):
    return make_groups(buyer, make_advertiser(people={buyer: "buyer"}), 2)


def apply(person, draft, *, version=None, **what):
    draft.refresh_from_db()
    given = draft.tree_version if version is None else version
    return bulk.apply_bulk(actor=person, door="page", campaign=draft, version=given, now=NOW, **what)


def test_who_may_only_look_changes_nothing(draft):
    viewer = make_person("vera")
    add_member(viewer, draft.advertiser, "viewer")
    with pytest.raises(Forbidden):
        apply(viewer, draft, changes=[("budget", "1.00")])
    with pytest.raises(Forbidden):
        bulk.remove_children(actor=viewer, door="page", campaign=draft, things=list_groups(draft), now=NOW)
    assert draft.adgroups.count() == 2


def test_what_moved_since_it_was_looked_at_is_not_written_over(buyer, draft):
    with pytest.raises(Stale):
        apply(buyer, draft, version=draft.tree_version - 1, changes=[("budget", "1.00")])


def test_one_wrong_place_undoes_the_whole_act(buyer, draft):
    changes = [("adgroups/0/adgroup_name", "Other"), ("adgroups/7/adgroup_name", "Nowhere")]
    with pytest.raises(NotWellFormed):
        apply(buyer, draft, changes=changes)
    assert [group.name for group in list_groups(draft)] == ["Group 1", "Group 2"]


def test_one_object_too_many_undoes_the_whole_act(buyer, draft):
    with pytest.raises(WrongState, match="at most 30 ad groups"):
        apply(buyer, draft, added=[("adgroups", {"adgroup_name": "x"})] * 29)
    with pytest.raises(WrongState, match="at most 30 ads"):
        apply(buyer, draft, added=[("adgroups/0/ads", {"ad_name": "x"})] * 30)
    assert draft.adgroups.count() == 2


def test_places_are_set_before_objects_are_added(buyer, draft):
    added = [
        ("adgroups", {"adgroup_name": "Third", "ads": [{"ad_name": "A"}]}),
        ("adgroups/2/ads", {"ad_name": "B"}),
    ]
    apply(buyer, draft, changes=[("adgroups/1/adgroup_name", "Second")], added=added)
    groups = list_groups(draft)
    assert [group.name for group in groups] == ["Group 1", "Second", "Third"]
    assert [ad.name for ad in groups[2].ads.all()] == ["A", "B"]
    assert [group.version for group in groups] == [1, 2, 1]


def test_nothing_asked_for_is_no_act(buyer, draft):
    assert apply(buyer, draft) is None
    assert not Change.objects.filter(act="edited").exists()


def test_an_undo_counts_what_it_undid_as_an_act_of_its_own(buyer, draft):
    change = apply(buyer, draft, changes=[("budget", "700.00"), ("adgroups/0/adgroup_name", "Other")])
    bulk.undo_bulk(actor=buyer, door="page", campaign=draft, change=change, now=NOW)
    undone = Change.objects.first()
    assert (undone.before, undone.after) == (change.after, change.before)


def test_an_act_on_one_object_is_not_undone_as_one_of_many(buyer, draft):
    branches.add_adgroup(actor=buyer, door="page", campaign=draft, now=NOW)
    with pytest.raises(WrongState):
        bulk.undo_bulk(actor=buyer, door="page", campaign=draft, change=Change.objects.first(), now=NOW)


def test_ads_move_within_their_ad_group_and_those_chosen_keep_their_order(buyer):
    draft = make_groups(buyer, make_advertiser(people={buyer: "buyer"}), 1, ads=4)
    ads = list(list_groups(draft)[0].ads.all())
    for by, order in ((1, "1.1 1.4 1.2 1.3"), (1, "1.1 1.4 1.2 1.3"), (-1, "1.1 1.2 1.3 1.4")):
        bulk.move_children(actor=buyer, door="page", campaign=draft, things=ads[1:3], by=by, now=NOW)
        assert [ad.name.removeprefix("Ad ") for ad in list_groups(draft)[0].ads.all()] == order.split()


def undo(person, draft, change):
    return bulk.undo_bulk(actor=person, door="page", campaign=draft, change=change, now=NOW)


def name_ads(draft):
    return [
        (group.name, [ad.name.removeprefix("Ad ") for ad in group.ads.all()]) for group in list_groups(draft)
    ]


def test_what_was_taken_out_comes_back_whole_at_its_place(buyer):
    draft = make_groups(buyer, make_advertiser(people={buyer: "buyer"}), 3, ads=3)
    groups, before = list_groups(draft), name_ads(draft)
    things = [groups[1], *groups[0].ads.all()[:2], *groups[2].ads.all()[1:]]
    taken = bulk.remove_children(actor=buyer, door="page", campaign=draft, things=things, now=NOW)
    assert name_ads(draft) == [("Group 1", ["1.3"]), ("Group 3", ["3.1"])]
    undo(buyer, draft, taken)
    assert name_ads(draft) == before


def test_an_undo_is_undone_in_turn_and_what_was_before_it_can_still_be(buyer, draft):
    first = apply(buyer, draft, changes=[("adgroups/0/adgroup_name", "Other")])
    added = apply(
        buyer, draft, added=[("adgroups", {"adgroup_name": "Third", "ads": [{"ad_name": "Ad 3.1"}]})]
    )
    again = undo(buyer, draft, undo(buyer, draft, added))
    assert name_ads(draft) == [("Other", ["1.1"]), ("Group 2", ["2.1"]), ("Third", ["3.1"])]
    undo(buyer, draft, again)
    undo(buyer, draft, first)
    assert name_ads(draft) == [("Group 1", ["1.1"]), ("Group 2", ["2.1"])]


def test_an_undo_is_refused_where_rows_that_came_since_still_stand(buyer, draft):
    first = apply(buyer, draft, changes=[("adgroups/0/adgroup_name", "Other")])
    apply(buyer, draft, added=[("adgroups", {"adgroup_name": "Third"})])
    with pytest.raises(WrongState, match="came or went"):
        undo(buyer, draft, first)


def test_an_undo_is_refused_once_rows_moved_whatever_they_hold_by_now(buyer, draft):
    apply(buyer, draft, changes=[("adgroups/0/budget", "10.00"), ("adgroups/1/budget", "20.00")])
    change = apply(buyer, draft, changes=[("adgroups/0/budget", "50.00"), ("adgroups/1/budget", "50.00")])
    first = list_groups(draft)[:1]
    bulk.move_children(actor=buyer, door="page", campaign=draft, things=first, by=1, now=NOW)
    with pytest.raises(WrongState, match="came or went"):
        undo(buyer, draft, change)
