"""Who speaks in an ad: menus offer what the rules pass, the only account is taken, names stand for ids."""

import re

import pytest
from django.urls import reverse

from campaigns.contract.levels import Level
from campaigns.models import Ad, Identity, Video
from campaigns.rules.facts import IdentityFacts
from campaigns.services.speakers import follow_speakers
from campaigns.web.builder_library import read_library
from campaigns.web.grid_layout import find_names
from tests.factories import make_person
from tests.web.building import TREE, make_account, make_draft, read_form, read_under
from tests.web.gridding import list_groups, make_groups, make_tree, open_grid, read_cell, read_cells, save

pytestmark = pytest.mark.django_db
INFO = "creative_list/0/creative_info"
WHOLE = "ad_configuration/identity_type"


@pytest.fixture
def buyer(client):
    person = make_person("bea", time_zone="Europe/Paris")
    client.force_login(person)
    return person


@pytest.fixture
def account(buyer):
    account = make_account({buyer: "buyer"}, name="Northwind")
    add_identity(account, "tt-1", "@northwind")
    return account


@pytest.fixture
def draft(buyer, account):
    return make_draft(buyer, account)


def add_identity(account, number, name, kind="TT_USER", **more):
    Identity.objects.create(advertiser=account, identity_id=number, identity_type=kind, name=name, **more)


def speak(members):
    """A draft whose one ad has one creative with these members."""
    group = TREE["adgroups"][0]
    info = {"ad_format": "SINGLE_VIDEO", "video_info": {"video_id": "v11"}, **members}
    ad = {**group["ads"][0], "creative_list": [{"creative_info": info}]}
    return {**TREE, "adgroups": [{**group, "ads": [ad]}]}


def only_ad():
    return Ad.objects.get()


def open_ad(client, draft):
    return client.get(reverse("builder-ad", args=[draft.pk, only_ad().pk])).content.decode()


def post(client, draft, **changes):
    form = read_form(open_ad(client, draft))
    address = reverse("builder-ad", args=[draft.pk, only_ad().pk])
    return client.post(address, {**form, **changes}, headers={"HX-Request": "true"}).content.decode()


def read_option(html, path, word):
    menu = re.search(rf'<select[^>]*name="[^"]*{re.escape(path)}".*?</select>', html, re.S)[0]
    return re.search(rf'<option value="{word}".*?</option>', menu, re.S)[0]


def test_a_kind_that_cannot_stand_for_the_whole_ad_is_greyed_with_its_rule(client, draft):
    option = read_option(open_ad(client, draft), WHOLE, "TT_USER")
    assert " disabled" in option and "it is for catalog ads only" in option


def test_a_closed_kind_says_in_the_menu_that_it_asks_for_a_yes(client, buyer, account):
    draft = make_draft(buyer, account, speak({}))
    html = open_ad(client, draft)
    assert "(asks for your yes)" in read_option(html, WHOLE, "CUSTOMIZED_USER")
    assert "which TikTok has closed" in read_option(html, f"{INFO}/identity_type", "CUSTOMIZED_USER")


def test_in_the_grid_the_same_menu_greys_the_same(client, draft):
    key = f"{only_ad().pk}:{WHOLE}"
    cell = read_cell(open_grid(client, draft, "grid-ads", col=[WHOLE]), key)
    assert " disabled" in read_option(cell, WHOLE, "TT_USER")


def test_a_first_creative_appears_under_the_only_tiktok_account(client, buyer, account):
    draft = make_draft(buyer, account, {**TREE, "adgroups": [{**TREE["adgroups"][0], "ads": [{}]}]})
    post(client, draft, action="add:creative_list")
    info = only_ad().wanted["creative_list"][0]["creative_info"]
    assert info == {"ad_format": "SINGLE_VIDEO", "identity_type": "TT_USER", "identity_id": "tt-1"}


def test_among_several_accounts_nobody_chooses_for_one(client, buyer, account):
    add_identity(account, "tt-2", "@other")
    draft = make_draft(buyer, account, {**TREE, "adgroups": [{**TREE["adgroups"][0], "ads": [{}]}]})
    post(client, draft, action="add:creative_list")
    assert only_ad().wanted["creative_list"] == [{"creative_info": {"ad_format": "SINGLE_VIDEO"}}]


def test_a_chosen_kind_takes_the_only_identity_along_and_the_page_shows_it(client, buyer, account):
    draft = make_draft(buyer, account, speak({}))
    html = post(client, draft, **{f"{INFO}/identity_type": "TT_USER"})
    assert only_ad().wanted["creative_list"][0]["creative_info"]["identity_id"] == "tt-1"
    assert re.search(
        rf'id="field-{INFO.replace("/", "-")}-identity_id" data-field.*?selected>@northwind<', html, re.S
    )


def test_a_chosen_identity_takes_its_kind_and_business_center_along(client, buyer, account):
    add_identity(account, "bc-1", "Agency", "BC_AUTH_TT", bc_id="73")
    draft = make_draft(buyer, account, speak({"identity_type": "TT_USER", "identity_id": "tt-1"}))
    post(client, draft, **{f"{INFO}/identity_id": "bc-1"})
    info = only_ad().wanted["creative_list"][0]["creative_info"]
    assert (info["identity_type"], info["identity_authorized_bc_id"]) == ("BC_AUTH_TT", "73")


def test_an_identity_of_another_kind_does_not_stay(client, buyer, account):
    draft = make_draft(buyer, account, speak({"identity_type": "TT_USER", "identity_id": "tt-1"}))
    post(client, draft, **{f"{INFO}/identity_type": "CUSTOMIZED_USER"})
    assert "identity_id" not in only_ad().wanted["creative_list"][0]["creative_info"]


def test_cells_take_and_show_videos_and_identities_by_their_names(client, buyer, account):
    draft = make_draft(buyer, account, speak({}))
    pk, columns = only_ad().pk, [f"{INFO}/video_info/video_id", f"{INFO}/identity_id"]
    form = read_cells(open_grid(client, draft, "grid-ads"))
    save(
        client,
        draft,
        form,
        "grid-ads",
        **{f"{pk}:{columns[0]}": "clip 2.MP4", f"{pk}:{columns[1]}": "@Northwind"},
    )
    info = only_ad().wanted["creative_list"][0]["creative_info"]
    assert (info["video_info"]["video_id"], info["identity_type"], info["identity_id"]) == (
        "v12",
        "TT_USER",
        "tt-1",
    )
    html = open_grid(client, draft, "grid-ads")
    assert 'value="Clip 2.mp4"' in read_cell(html, f"{pk}:{columns[0]}")
    assert 'value="@northwind"' in read_cell(html, f"{pk}:{columns[1]}")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Clip 1.mp4", "2 are called “Clip 1.mp4”. Write which one: v11, v13."),
        ("Clip 9.mp4", "has no video Clip 9.mp4"),
    ],
)
def test_a_name_that_several_have_or_none_is_an_error_at_its_cell(client, buyer, account, typed, said):
    Video.objects.create(advertiser=account, video_id="v13", name="Clip 1.mp4")
    draft = make_groups(buyer, account, 1)
    key = f"{only_ad().pk}:{INFO}/video_info/video_id"
    save(client, draft, read_cells(open_grid(client, draft, "grid-ads")), "grid-ads", **{key: typed})
    cell = read_cell(open_grid(client, draft, "grid-ads"), key)
    assert said in cell and "says-refuse" in cell


def test_of_two_with_one_name_each_is_written_as_the_menu_calls_it(client, buyer, account):
    add_identity(account, "custom-1", "@northwind", "CUSTOMIZED_USER")
    draft = make_groups(buyer, account, 1)
    key = f"{only_ad().pk}:{INFO}/identity_id"

    def write(typed):
        save(client, draft, read_cells(open_grid(client, draft, "grid-ads")), "grid-ads", **{key: typed})
        draft.refresh_from_db()
        return read_cell(open_grid(client, draft, "grid-ads"), key)

    said = find_names(read_library(account, Level.AD))["identities"].doubt("@northwind")
    assert "@northwind (TikTok account)" in said and "@northwind (Custom name)" in said
    assert 'value="@northwind (TikTok account)"' in write("@Northwind (tiktok account)")
    info = only_ad().wanted["creative_list"][0]["creative_info"]
    assert (info["identity_type"], info["identity_id"]) == ("TT_USER", "tt-1")


def test_a_name_that_several_have_is_told_apart_by_the_type_beside_it(client, buyer, account):
    add_identity(account, "custom-1", "@northwind", "CUSTOMIZED_USER")
    draft = make_groups(buyer, account, 1)
    pk, form = only_ad().pk, read_cells(open_grid(client, draft, "grid-ads"))
    typed = {f"{pk}:{INFO}/identity_type": "TT_USER", f"{pk}:{INFO}/identity_id": "@Northwind"}
    save(client, draft, form, "grid-ads", **typed)
    info = only_ad().wanted["creative_list"][0]["creative_info"]
    assert (info["identity_type"], info["identity_id"]) == ("TT_USER", "tt-1")


def test_names_are_pasted_and_one_that_several_have_is_told(client, buyer, account):
    Video.objects.create(advertiser=account, video_id="v13", name="Clip 1.mp4")
    draft = make_draft(buyer, account, make_tree(2))
    text = "Video\tIdentity\nClip 2.mp4\t@northwind\nClip 1.mp4\t@northwind"
    given = {"text": text, "act": "apply", "level": "ad", "start": Ad.objects.first().pk}
    answer = client.post(
        reverse("grid-paste", args=[draft.pk]), {**given, "version": draft.tree_version, "act": "look"}
    )
    assert "Video: 2 are called “Clip 1.mp4”" in answer.content.decode()
    client.post(reverse("grid-paste", args=[draft.pk]), {**given, "version": draft.tree_version})
    infos = [group.ads.get().wanted["creative_list"][0]["creative_info"] for group in list_groups(draft)]
    assert [info["video_info"]["video_id"] for info in infos] == ["v12", "Clip 1.mp4"]
    assert {info["identity_type"] for info in infos} == {"TT_USER"}


def test_an_identity_that_the_account_has_not_is_said_before_its_kind_is_chosen(client, buyer, account):
    draft = make_draft(buyer, account, speak({"identity_id": "@nobody"}))
    assert "Northwind has no identity @nobody" in read_under(open_ad(client, draft), f"{INFO}/identity_id")


SAME = IdentityFacts("7", "TT_USER", "@shop", ""), IdentityFacts("7", "BC_AUTH_TT", "@shop", "bc-1")


@pytest.mark.parametrize(
    ("held", "changes", "along"),
    [
        ({"identity_id": "7", "identity_authorized_bc_id": "bc-1"}, {"identity_type": "TT_USER"},
         [("identity_authorized_bc_id", None)]),
        ({"identity_id": "7"}, {"identity_type": "BC_AUTH_TT"}, [("identity_authorized_bc_id", "bc-1")]),
        ({"identity_authorized_bc_id": "bc-9"}, {"identity_type": "BC_AUTH_TT", "identity_id": "7"},
         [("identity_authorized_bc_id", "bc-1")]),
    ],
    ids=["the old center goes", "the new one comes", "both are chosen at once"],
)  # fmt: skip
def test_an_id_that_two_kinds_have_keeps_the_business_center_of_its_kind(held, changes, along):
    assert follow_speakers(held.get, list(changes.items()), SAME) == along
