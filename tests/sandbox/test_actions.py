"""Words for calls to action, portfolios of them, identities, and the lists targeting is chosen from."""

from typing import Any

import pytest

from tests.sandbox.conftest import Open
from tests.sandbox.support import CUSTOM, POST, TT_USER, US, Client, done

NEW = {"new_version": "true", "objective_type": "LEAD_GENERATION", "promotion_type": "INSTANT_FORM"}


def recommend(client: Client, **asked: str) -> list[dict[str, Any]]:
    return list(done(client.get("creative/cta/recommend/", **asked))["recommend_assets"])


def test_words_fit_the_objective_in_the_new_form_and_the_old(open_sandbox: Open) -> None:
    client = open_sandbox()
    assert "Apply now" in [row["asset_content"] for row in recommend(client, **NEW)]
    assert "Shop now" in [row["asset_content"] for row in recommend(client, asset_type="CTA_NORMAL")]


@pytest.mark.parametrize(
    "asked",
    [{}, {"new_version": "true"}, {"asset_type": "CTA"}, {**NEW, "objective_type": "REACH"}],
)
def test_a_recommendation_needs_one_of_the_two_forms(strict: Client, asked: dict[str, str]) -> None:
    assert strict.get("creative/cta/recommend/", **asked)["code"] == 40002


def test_a_portfolio_keeps_words_and_ids_together_and_is_not_listed(strict: Client) -> None:
    pairs = recommend(strict, **NEW)[:2]
    made = done(strict.post("creative/portfolio/create/", {"advertiser_id": US, "portfolio_content": pairs}))
    read = done(strict.get("creative/portfolio/get/", **made))
    assert (read["creative_portfolio_type"], read["portfolio_content"]) == ("CTA", pairs)
    assert done(strict.get("creative/portfolio/list/"))["creative_portfolios"] == []
    mixed = [{**pairs[0], "asset_ids": pairs[1]["asset_ids"]}]
    answer = strict.post("creative/portfolio/create/", {"advertiser_id": US, "portfolio_content": mixed})
    assert answer["code"] == 40002 and pairs[0]["asset_content"] in answer["message"]


def test_an_identity_and_a_post_are_read_by_id(strict: Client) -> None:
    mine = {"identity_id": TT_USER, "identity_type": "TT_USER"}
    assert done(strict.get("identity/info/", **mine))["identity_info"]["identity_id"] == TT_USER
    assert done(strict.get("identity/video/info/", **mine, item_id=POST))["video_detail"]["item_id"] == POST
    assert strict.get("identity/info/", identity_id=CUSTOM, identity_type="TT_USER")["code"] == 40002
    assert strict.get("identity/video/info/", **mine, item_id="7040000000000000003")["code"] == 40002


def test_regions_go_as_deep_as_asked(strict: Client) -> None:
    rows = done(strict.get("tool/region/", level_range="TO_PROVINCE"))["region_info"]
    below = {row["location_id"]: row["next_level_ids"] for row in rows if row["level"] == "COUNTRY"}
    assert (len(below["6252001"]), len(below["1861060"])) == (51, 47)
    assert strict.get("tool/region/", level_range="TO_MOON")["code"] == 40002


def test_cities_come_where_they_are_asked_for_and_lie_in_their_provinces(strict: Client) -> None:
    rows = {
        row["location_id"]: row
        for row in done(strict.get("tool/region/", level_range="TO_CITY"))["region_info"]
    }
    city = rows["5368361"]
    assert (city["level"], rows[city["parent_id"]]["name"]) == ("CITY", "California")


def test_interests_are_those_of_version_two(strict: Client) -> None:
    assert done(strict.get("tool/interest_category/", version="2"))["interest_categories"]
    assert strict.get("tool/interest_category/", version="1")["code"] == 40002
