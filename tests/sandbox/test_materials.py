"""Creatives inside an ad: their switch, and what the review says of each."""

from campaigns.contract.levels import Level
from tests.sandbox.conftest import Open
from tests.sandbox.support import US, VIDEO, Client, ad_body, creative, done

SWITCH = "smart_plus/ad/material_status/update/"


def make_ad(client: Client, *names: str) -> tuple[str, list[str]]:
    _, adgroup_id, _ = client.grow(ads=0)
    made = client.create(
        Level.AD,
        ad_body(
            adgroup_id,
            creative_list=[creative(video_info={"video_id": VIDEO, "file_name": name}) for name in names],
        ),
    )
    return made["smart_plus_ad_id"], [item["ad_material_id"] for item in made["creative_list"]]


def switch(client: Client, ad_id: str, keys: list[str], operation: str = "DISABLE") -> dict:
    body = {
        "advertiser_id": US,
        "smart_plus_ad_id": ad_id,
        "ad_material_ids": keys,
        "operation_status": operation,
    }
    return client.post(SWITCH, body)


def test_one_creative_is_switched_off_and_the_others_stay_on(open_sandbox: Open) -> None:
    client = open_sandbox()
    ad_id, [first, second] = make_ad(client, "One", "Two")
    client.advance(5)
    assert done(switch(client, ad_id, [second])) == {
        "smart_plus_ad_id": ad_id,
        "ad_material_ids": [second],
        "operation_status": "DISABLE",
    }
    read = client.find(Level.AD, ad_id)["creative_list"]
    assert {item["ad_material_id"]: item["material_operation_status"] for item in read} == {
        first: "ENABLE",
        second: "DISABLE",
    }


def test_switching_a_creative_is_a_write_to_its_ad_and_no_new_review(strict: Client) -> None:
    ad_id, [key] = make_ad(strict, "One")
    assert switch(strict, ad_id, [key])["code"] == 40202
    strict.advance(25)
    done(switch(strict, ad_id, [key]))
    assert strict.find(Level.AD, ad_id)["secondary_status"] == "AD_STATUS_DELIVERY_OK"


def test_a_creative_of_another_ad_is_refused_and_nothing_is_switched(strict: Client) -> None:
    ad_id, [key] = make_ad(strict, "One")
    _, [foreign] = make_ad(strict, "Two")
    strict.advance(5)
    assert switch(strict, ad_id, [key, foreign])["code"] == 40007
    assert switch(strict, ad_id, [key], "DELETE")["code"] == 40002
    assert switch(strict, ad_id, [])["code"] == 40002
    assert switch(strict, ad_id, [str(number) for number in range(21)])["code"] == 40002
    [item] = strict.find(Level.AD, ad_id)["creative_list"]
    assert item["material_operation_status"] == "ENABLE"


def test_a_switch_outlives_an_update_of_the_ad(strict: Client) -> None:
    ad_id, [key] = make_ad(strict, "One")
    strict.advance(5)
    done(switch(strict, ad_id, [key]))
    strict.advance(5)
    strict.update(Level.AD, {"smart_plus_ad_id": ad_id, "ad_text_list": [{"ad_text": "New words"}]})
    [item] = strict.find(Level.AD, ad_id)["creative_list"]
    assert item["material_operation_status"] == "DISABLE"


def test_one_denied_creative_leaves_the_ad_partly_approved(strict: Client) -> None:
    ad_id, [good, bad] = make_ad(strict, "One", "Two [deny]")
    strict.advance(20)
    ad = strict.find(Level.AD, ad_id)
    assert ad["secondary_status"] == "AD_STATUS_REVIEW_PARTIALLY_APPROVED"
    adgroup = strict.find(Level.ADGROUP, ad["adgroup_id"])
    assert adgroup["secondary_status"] == "ADGROUP_STATUS_PARTIAL_AUDIT_DELIVERY_OK"
    asked = {"extra_info_setting": {"include_reject_info": True}}
    answer = done(strict.get("smart_plus/material/review_info/", ad_material_ids=[good, bad], **asked))
    states = [
        (info["ad_material_id"], info["review_status"], bool(info["reject_info"]))
        for info in answer["material_review_infos"]
    ]
    assert states == [(good, "ALL_AVAILABLE", False), (bad, "UNAVAILABLE", True)]
    content = answer["material_review_infos"][1]["reject_info"][0]["content_info"]
    assert content == {"content_type": "ModeVideo", "video_content": {"video_id": "v10000000000000001"}}
    whole = done(strict.get("smart_plus/ad/review_info/", smart_plus_ad_ids=[ad_id], **asked))
    assert whole["smart_plus_ad_review_infos"][0]["review_status"] == "PART_AVAILABLE"
    assert whole["material_review_infos"] == answer["material_review_infos"]


def test_a_creative_can_be_denied_and_cleared_by_hand(strict: Client) -> None:
    ad_id, [first, _] = make_ad(strict, "One", "Two")
    strict.advance(20)
    asked = {"smart_plus_ad_id": ad_id, "ad_material_ids": [first]}
    strict.control("review", {**asked, "verdict": "denied", "reason": "Logo of another firm."})
    answer = done(
        strict.get(
            "smart_plus/material/review_info/",
            ad_material_ids=[first],
            extra_info_setting={"include_reject_info": True},
        )
    )
    assert answer["material_review_infos"][0]["reject_info"][0]["reasons"] == ["Logo of another firm."]
    strict.control("review", {**asked, "verdict": "approved"})
    assert strict.find(Level.AD, ad_id)["secondary_status"] == "AD_STATUS_DELIVERY_OK"


def test_reviews_are_refused_for_unknown_creatives_and_languages(strict: Client) -> None:
    assert strict.get("smart_plus/material/review_info/", ad_material_ids=["1"])["code"] == 40007
    assert strict.get("smart_plus/material/review_info/")["code"] == 40002
    _, [key] = make_ad(strict, "One")
    assert strict.get("smart_plus/material/review_info/", ad_material_ids=[key], lang="xx")["code"] == 40002
