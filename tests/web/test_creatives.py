"""Choosing creatives from the library, texts that say the same, and the combinations that may serve."""

import pytest
from django.urls import reverse

from campaigns.models import Identity, Picture, Post, Thumbnail, Video
from campaigns.web.combinations import say_combinations
from tests.factories import make_person
from tests.web.building import TREE, make_account, make_draft, read_under

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(client):
    person = make_person("bea")
    client.force_login(person)
    account = make_account({person: "buyer"}, name="Northwind")
    Video.objects.filter(video_id="v11").update(width=1080, height=1920)
    Video.objects.filter(video_id="v12").update(width=1080, height=1080)
    for number in range(40):
        Picture.objects.create(advertiser=account, image_id=f"p{number:02d}", name=f"Picture {number:02d}")
    Identity.objects.create(advertiser=account, identity_id="tt", identity_type="TT_USER", name="@shop")
    Post.objects.create(
        advertiser=account,
        item_id="704",
        name="On the ridge",
        kind="VIDEO",
        identity_type="TT_USER",
        identity_id="tt",
    )
    return account


def draft_ad(account, **members):
    person = account.memberships.get().person
    given = {**TREE["adgroups"][0]["ads"][0], **members}
    tree = {**TREE, "adgroups": [{**TREE["adgroups"][0], "ads": [given]}]}
    return make_draft(person, account, tree).adgroups.get().ads.get()


def address(ad):
    return reverse("builder-library", args=[ad.adgroup.campaign_id, ad.pk])


def infos(ad):
    ad.refresh_from_db()
    return [row["creative_info"] for row in ad.wanted.get("creative_list") or []]


def add(client, ad, kind, *keys, **more):
    return client.post(address(ad), {"kind": kind, "chosen": keys, **more})


def test_chosen_videos_become_creatives_under_the_last_ones_name(client, account):
    ad = draft_ad(account)
    add(client, ad, "videos", "v12", "v11", cover="p01")
    assert infos(ad)[1:] == [
        {
            "ad_format": "SINGLE_VIDEO",
            "video_info": {"video_id": key},
            "image_info": [{"web_uri": "p01"}],
            "identity_type": "CUSTOMIZED_USER",
        }
        for key in ("v12", "v11")
    ]


def test_chosen_pictures_become_one_carousel_in_the_order_of_choosing(client, account):
    ad = draft_ad(account)
    add(client, ad, "pictures", "p07", "p02", music="9")
    assert infos(ad)[-1]["ad_format"] == "CAROUSEL_ADS"
    assert infos(ad)[-1]["image_info"] == [{"web_uri": "p07"}, {"web_uri": "p02"}]
    assert infos(ad)[-1]["music_info"] == {"music_id": "9"}


def test_a_chosen_post_brings_its_identity(client, account):
    ad = draft_ad(account, creative_list=[])
    add(client, ad, "posts", "704")
    assert infos(ad) == [
        {
            "ad_format": "SINGLE_VIDEO",
            "tiktok_item_id": "704",
            "identity_type": "TT_USER",
            "identity_id": "tt",
        }
    ]


def test_posts_and_other_creatives_never_mix_and_the_page_says_why(client, account):
    ad = draft_ad(account)
    html = client.get(address(ad), {"kind": "posts"}).content.decode()
    assert "never mix with them in one campaign (C1)" in html
    assert "disabled" in html
    assert add(client, ad, "posts", "704").status_code == 422
    assert len(infos(ad)) == 1


@pytest.mark.parametrize(
    ("kind", "keys", "said"),
    [
        (
            "pictures",
            [f"p{number:02d}" for number in range(36)],
            "A carousel takes 35 pictures; 36 are chosen",
        ),
        ("videos", [], "Nothing is chosen"),
        ("videos", ["v11"], "An ad holds 50 creatives; it would have 51"),
    ],
)
def test_too_many_or_none_is_refused_with_what_was_ticked(client, account, kind, keys, said):
    row = TREE["adgroups"][0]["ads"][0]["creative_list"][0]
    ad = draft_ad(account, creative_list=[row] * 50)
    answer = add(client, ad, kind, *keys)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert said in html
    assert html.count("data-chip-name>Picture") == (36 if kind == "pictures" else 0)


def test_the_library_is_searched_by_name_and_shape(client, account):
    ad = draft_ad(account)
    html = client.get(address(ad), {"kind": "videos", "q": "clip"}).content.decode()
    assert "2 videos" in html
    assert "in this ad" in html
    html = client.get(address(ad), {"kind": "videos", "ratio": "portrait"}).content.decode()
    assert "Clip 1.mp4" in html
    assert "Clip 2.mp4" not in html


def test_many_pictures_are_paged(client, account):
    ad = draft_ad(account)
    html = client.get(address(ad), {"kind": "pictures", "page": "2"}).content.decode()
    assert "page 2 of 2" in html
    assert html.count('class="piece"') == 16


def test_the_page_asks_for_its_pictures_and_shows_those_that_came(client, account):
    ad = draft_ad(account)
    html = client.get(address(ad), {"kind": "videos"}).content.decode()
    assert "missing=1,2" in html
    assert "/thumbnails/" not in html
    Thumbnail.objects.filter(key="v11").update(content=b"x", content_type="image/png", size=1)
    asked = {"kind": "videos", "missing": "1,2", "look": "1"}
    html = client.get(address(ad), asked, headers={"HX-Request": "true"}).content.decode()
    assert html.count("/thumbnails/") == 1
    assert 'id="picture-1" hx-swap-oob="true"' in html
    assert "look=2&amp;missing=2" in html
    asked["look"] = "8"
    html = client.get(address(ad), asked, headers={"HX-Request": "true"}).content.decode()
    assert "hx-get" not in html


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 5_000])
def test_a_page_that_there_is_not_shows_one_that_there_is(client, account, number):
    answer = client.get(address(draft_ad(account)), {"kind": "pictures", "page": number})
    assert answer.status_code == 200
    assert "of 2" in answer.content.decode()


def test_an_empty_library_says_where_its_things_come_from(client, account):
    Post.objects.all().delete()
    html = client.get(address(draft_ad(account)), {"kind": "posts"}).content.decode()
    assert "Link one to it at TikTok" in html


def test_a_viewer_looks_and_adds_nothing(client, account):
    ad = draft_ad(account)
    viewer = make_person("vic")
    account.memberships.create(person=viewer, role="viewer")
    client.force_login(viewer)
    assert "Add to the ad" not in client.get(address(ad)).content.decode()
    assert add(client, ad, "videos", "v12").status_code == 403


def test_the_ad_counts_its_creatives(client, account):
    ad = draft_ad(account)
    html = client.get(reverse("builder-ad", args=[ad.adgroup.campaign_id, ad.pk])).content.decode()
    assert "1 of 50" in html


def test_a_text_that_says_almost_the_same_is_marked(client, account):
    texts = ["Shop the Spring Sale now", "Boots for every trail", "Shop the Spring Sale now!"]
    ad = draft_ad(account, ad_text_list=[{"ad_text": text} for text in texts])
    html = client.get(reverse("builder-ad", args=[ad.adgroup.campaign_id, ad.pk])).content.decode()
    rows = [part for part in html.split("<input") if 'name="ad_text_list"' in part]
    assert [("data-marked" in row) for row in rows[:3]] == [False, False, True]
    said = read_under(html, "ad_text_list")
    assert "the same as text 1" in said
    assert "3 combinations may serve: 1 creative × 3 texts" in said


VIDEO = {"creative_info": {"ad_format": "SINGLE_VIDEO"}}
POST = {"creative_info": {"tiktok_item_id": "1"}}
TEXTS = [{"ad_text": "a"}, {"ad_text": "b"}, {"ad_text": "c"}]
CALLS = [{"call_to_action": "SHOP_NOW"}, {"call_to_action": "LEARN_MORE"}]


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({}, ""),
        ({"creative_list": [VIDEO]}, ""),
        (
            {"creative_list": [VIDEO] * 12, "ad_text_list": TEXTS, "call_to_action_list": CALLS},
            "72 combinations may serve: 12 creatives × 3 texts × 2 calls to action.",
        ),
        (
            {"creative_list": [VIDEO, POST], "ad_text_list": TEXTS, "call_to_action_list": CALLS},
            "8 combinations may serve: (1 creative × 3 texts + 1 post with its own text) × 2 calls to action.",
        ),
        (
            {"creative_list": [VIDEO], "ad_text_list": TEXTS, "ad_configuration": {"call_to_action_id": "9"}},
            "3 combinations may serve: 1 creative × 3 texts, each with the calls to action that TikTok chooses.",
        ),
    ],
)
def test_the_combinations_that_may_serve_are_counted(members, said):
    assert say_combinations(members) == said


def test_the_cover_of_a_creative_is_picked_and_one_goes_on_at_its_field(client, account):
    ad = draft_ad(account)
    html = client.get(reverse("builder-ad", args=[ad.adgroup.campaign_id, ad.pk])).content.decode()
    assert f'href="{address(ad).removesuffix("library/")}library/?kind=pictures&amp;of=0"' in html
    page = client.get(address(ad), {"kind": "pictures", "of": "0"}).content.decode()
    assert "Choose the cover picture of creative 1" in page and 'type="radio" name="chosen"' in page
    answer = add(client, ad, "pictures", "p03", of="0")
    assert answer["Location"].endswith("?at=creative_list%2F0%2Fcreative_info%2Fimage_info")
    (info,) = infos(ad)
    assert info["image_info"] == [{"web_uri": "p03"}]


def test_the_video_of_a_creative_is_picked_too(client, account):
    ad = draft_ad(account)
    add(client, ad, "videos", "v12", of="0")
    (info,) = infos(ad)
    assert info["video_info"] == {"video_id": "v12"}


def test_a_cover_before_each_new_video_is_picked_or_typed(client, account):
    ad = draft_ad(account, creative_list=[])
    assert 'type="radio" name="cover" value="p01"' in client.get(address(ad)).content.decode()
    add(client, ad, "videos", "v11", cover="p01", other_cover="https://example.com/cover.jpg")
    assert infos(ad)[0]["image_info"] == [{"web_uri": "https://example.com/cover.jpg"}]


def test_what_was_added_leads_to_the_first_of_it(client, account):
    ad = draft_ad(account)
    answer = add(client, ad, "videos", "v12", "v11")
    assert answer["Location"].endswith("?at=creative_list%2F1%2Fcreative_info")


def test_tracks_of_the_campaign_are_offered_for_a_carousel(client, account):
    info = {"ad_format": "CAROUSEL_ADS", "image_info": [{"web_uri": "p01"}], "music_info": {"music_id": "77"}}
    ad = draft_ad(account, ad_name="Ridge", creative_list=[{"creative_info": info}])
    offered = '<option value="77">plays in Ridge</option>'
    form = client.get(reverse("builder-ad", args=[ad.adgroup.campaign_id, ad.pk])).content.decode()
    assert offered in form and 'list="list-music"' in form
    assert offered in client.get(address(ad), {"kind": "pictures"}).content.decode()
