"""Pasting rows: cells filled, ad groups and ads made, what does not fit said, and one act that can be undone."""

import re

import pytest
from django.urls import reverse

from campaigns.models import Ad, AdGroup, Change
from campaigns.services import editing
from tests.factories import NOW, make_person
from tests.web.building import make_account, read_form
from tests.web.gridding import list_groups, make_groups, open_grid

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(client):
    person = make_person("bea", time_zone="Europe/Paris")
    client.force_login(person)
    return person


@pytest.fixture
def draft(buyer):
    return make_groups(buyer, make_account({buyer: "buyer"}, name="Northwind"), 2)


def paste(client, draft, text, *, act="apply", level="adgroup", start=None, **more):
    things = (
        list_groups(draft)
        if level == "adgroup"
        else list(Ad.objects.order_by("adgroup__position", "position"))
    )
    draft.refresh_from_db()
    given = {
        "text": text,
        "act": act,
        "level": level,
        "start": start or things[0].pk,
        "version": draft.tree_version,
    }
    return client.post(reverse("grid-paste", args=[draft.pk]), {**given, **more}, follow=True)


def lines(*rows):
    return "\n".join("\t".join(row) for row in rows)


def test_rows_fill_from_the_first_one_and_make_what_is_missing(client, draft):
    html = paste(client, draft, lines(("One",), ("Two",), ("Three",), ("Four",))).content.decode()
    groups = list_groups(draft)
    assert [group.name for group in groups] == ["One", "Two", "Three", "Four"]
    assert (
        groups[3].wanted["optimization_event"] == "COMPLETE_PAYMENT"
    )  # shared under CBO, so as its siblings have it
    assert [group.ads.count() for group in groups] == [1, 1, 1, 1]
    assert "2 ad groups made, 2 cells changed" in html


def test_one_paste_is_one_line_of_the_journal(client, draft):
    paste(client, draft, lines(("One",), ("Two",), ("Three",)))
    change = Change.objects.get(act="edited")
    assert set(change.after) == {"adgroups/0/adgroup_name", "adgroups/1/adgroup_name", "adgroups/2"}
    assert change.before["adgroups/2"] is None


def test_behind_the_last_row_everything_is_new(client, draft):
    paste(client, draft, lines(("One",), ("Two",)), start="new")
    assert [group.name for group in list_groups(draft)] == ["Group 1", "Group 2", "One", "Two"]


def test_more_than_thirty_ad_groups_are_said_by_name_and_the_rest_is_taken(client, draft):
    html = paste(client, draft, lines(*((f"G{n}",) for n in range(1, 34)))).content.decode()
    assert draft.adgroups.count() == 30
    assert "3 rows did not fit: a campaign holds at most 30 ad groups (P1). Left out: G31, G32, G33." in html


def test_columns_beside_the_last_one_are_said(client, draft):
    table = "\t".join(["x"] * 60)
    assert "did not fit beside the last column" in paste(client, draft, table, act="look").content.decode()


def test_a_row_may_bring_its_ad_and_rows_of_one_name_are_further_ads(client, draft):
    head = ("Ad group", "Ad name", "Texts", "Video")
    rows = [("One", "A", "x", "v11"), ("One", "B", "y", "v12"), ("Two", "C", "z", "v11")]
    paste(client, draft, lines(head, *rows))
    assert [[ad.name for ad in group.ads.all()] for group in list_groups(draft)] == [["A", "B"], ["C"]]
    second = list_groups(draft)[0].ads.last().wanted
    info = second["creative_list"][0]["creative_info"]
    assert info == {
        "ad_format": "SINGLE_VIDEO",
        "identity_type": "CUSTOMIZED_USER",
        "video_info": {"video_id": "v12"},
    }  # who speaks is shared, what is shown is its own


def test_ads_are_pasted_one_after_the_other_through_all_ad_groups(client, draft):
    paste(client, draft, lines(("A",), ("B",), ("C",)), level="ad")
    assert [[ad.name for ad in group.ads.all()] for group in list_groups(draft)] == [["A"], ["B", "C"]]


def test_ads_find_their_ad_group_by_its_name_and_an_unknown_one_is_said(client, draft):
    rows = lines(("Ad group", "Name"), ("Group 2", "A"), ("Group 2", "B"), ("Group 9", "C"))
    html = paste(client, draft, rows, level="ad").content.decode()
    assert [[ad.name for ad in group.ads.all()] for group in list_groups(draft)] == [["Ad 1.1"], ["A", "B"]]
    assert "No ad group is called “Group 9”" in html


def test_an_empty_cell_takes_a_value_away_and_a_missing_one_leaves_it(client, draft):
    paste(client, draft, lines(("Name", "Event", "Pixel"), ("One", ""), ("Two", "FORM", "")))
    one, two = list_groups(draft)
    assert "optimization_event" not in one.wanted
    assert one.wanted["pixel_id"] == "C0PIXEL"
    assert "pixel_id" not in two.wanted


def test_the_preview_changes_nothing_and_says_what_would_be_to_mend(client, draft):
    html = paste(
        client, draft, lines(("Name", "End"), ("One", "soon"), ("Two", ""), ("Three", "")), act="look"
    ).content.decode()
    assert not Change.objects.filter(act="edited").exists()
    assert "write a time as" in html
    assert re.sub(r"<[^>]+>|\s+", " ", html).count("new") >= 1
    assert read_form(html.replace('class="grid-paste"', 'id="p"'), "p")["version"] == [
        str(draft.tree_version)
    ]


def test_a_preview_of_what_moved_since_is_drawn_again_and_not_applied(client, draft):
    old = draft.tree_version
    editing.save_members(
        actor=draft.created_by, door="page", thing=list_groups(draft)[0], version=1, changes={"adgroup_name": "Theirs"}, now=NOW
    )  # fmt: skip
    answer = paste(client, draft, "Mine", version=old)
    assert answer.status_code == 409
    assert "Theirs" in answer.content.decode()
    assert list_groups(draft)[0].name == "Theirs"


def test_a_bad_cell_is_kept_as_typed_and_marked(client, draft):
    paste(client, draft, lines(("Name", "Minimum spend"), ("One", "many")))
    assert list_groups(draft)[0].wanted["min_budget"] == "many"
    assert "says-refuse" in open_grid(client, draft, col="min_budget")


def test_what_was_pasted_is_undone_with_the_rows_that_it_made(client, draft):
    before = [(group.name, group.wanted) for group in list_groups(draft)]
    paste(client, draft, lines(("One",), ("Two",), ("Three",)))
    client.post(reverse("change-undo", args=[Change.objects.get(act="edited").pk]))
    assert [(group.name, group.wanted) for group in list_groups(draft)] == before


def test_an_undo_takes_nothing_away_that_was_changed_since(client, draft):
    paste(client, draft, lines(("One",), ("Two",)))
    change = Change.objects.get(act="edited")
    thing = list_groups(draft)[0]
    editing.save_members(
        actor=draft.created_by, door="page", thing=thing, version=thing.version, changes={"adgroup_name": "Later"}, now=NOW
    )  # fmt: skip
    assert client.post(reverse("change-undo", args=[change.pk])).status_code == 409
    assert [group.name for group in list_groups(draft)] == ["Later", "Two"]


def test_an_undo_is_refused_where_rows_came_or_went_since(client, draft):
    paste(client, draft, lines(("One",), ("Two",)))
    change = Change.objects.get(act="edited")
    client.post(reverse("grid-rows", args=[draft.pk]), {"act": "remove", "pick": list_groups(draft)[0].pk})
    assert client.post(reverse("change-undo", args=[change.pk])).status_code == 409
    assert [group.name for group in list_groups(draft)] == ["Two"]


def test_one_cell_fills_the_range_that_was_chosen(client, draft):
    html = paste(
        client, draft, "6252001", act="cells", column="targeting_spec/location_ids", rows=2, query=""
    ).content.decode()
    assert [group.wanted["targeting_spec"] for group in list_groups(draft)] == [
        {"location_ids": ["6252001"]}
    ] * 2
    assert "2 cells changed" in html


def test_a_merged_cell_takes_one_value_for_all(client, draft):
    paste(client, draft, "FORM", act="cells", column="optimization_event", start="all")
    assert [group.wanted["optimization_event"] for group in list_groups(draft)] == ["FORM", "FORM"]


def test_pasting_thirty_times_thirty_ads_asks_the_database_a_constant_number_of_times(client, draft):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    rows = [(f"G{n // 5}", f"A{n}", "text") for n in range(60)]
    with CaptureQueriesContext(connection) as asked:
        paste(client, draft, lines(("Ad group", "Ad name", "Texts"), *rows))
    assert (AdGroup.objects.count(), Ad.objects.count()) == (12, 60)
    assert len(asked) < 80
