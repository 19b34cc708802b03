"""The contract against a copy of TikTok's published schema: what is not modelled stands in one list, with a reason."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from campaigns.contract import choices, codes, limits, money, statuses
from campaigns.contract.calls import list_calls, list_left_out, list_otherwise
from campaigns.contract.dialect import UNSENT
from campaigns.contract.levels import Level
from campaigns.contract.members import Member, members_of

SCHEMA = json.loads(Path(__file__).with_name("schema.json").read_text("utf-8"))
FACTS = {
    "enum": "values",
    "default": "default",
    "minimum": "minimum",
    "maximum": "maximum",
    "min_items": "min_items",
    "max_items": "max_items",
    "min_length": "min_length",
    "max_length": "max_length",
}
TYPES = {
    "string(int64)": {"id"},
    "string": {"text", "word", "id"},
    "string[]": {"texts", "words", "ids"},
    "object[]": {"objects"},
    "object": {"object"},
    "boolean": {"flag"},
    "integer": {"count"},
    "integer[]": {"counts"},
    "number": {"money", "number"},
    "string(datetime UTC)": {"moment"},
    "string(date)": {"date"},
}
WRITES = [
    (level, call, f"POST /smart_plus/{level}/{call}/") for level in Level for call in ("create", "update")
]
READS = [(level, f"GET /smart_plus/{level}/get/") for level in Level]
OTHER = list(list_calls().values())


def left_out(*wheres: str) -> set[str]:
    return {item.member for item in list_left_out() if item.where in ("every", *wheres)}


def otherwise(where: str, member: str, fact: str) -> bool:
    level = where.split()[0]
    return any(
        item.where in (where, level) and item.member == member and item.fact == fact
        for item in list_otherwise()
    )


@pytest.mark.parametrize(("level", "call", "endpoint"), WRITES)
def test_every_request_member_is_modelled_or_left_out_with_a_reason(level, call, endpoint):
    members, out = members_of(level), left_out(f"{level} {call}")
    for path, fact in SCHEMA["endpoints"][endpoint]["request"].items():
        if path in out:
            continue
        assert path in members, path
        assert call in members[path].writes, path
        assert members[path].type in TYPES[fact["type"]], path


@pytest.mark.parametrize(("level", "call", "endpoint"), WRITES)
def test_words_bounds_and_defaults_equal_the_schemas_or_say_why_not(level, call, endpoint):
    members, out = members_of(level), left_out(f"{level} {call}")
    for path, fact in SCHEMA["endpoints"][endpoint]["request"].items():
        if path in out:
            continue
        for theirs, ours in FACTS.items():
            wanted, held = fact.get(theirs), getattr(members[path], ours)
            if theirs == "enum":
                wanted, held = list(wanted or []), list(held)
            if call == "update" and theirs == "default" and wanted is None:
                continue  # an update leaves out what it does not change; nothing is defaulted
            if wanted != held:
                assert otherwise(f"{level} {call}", path, ours), (path, theirs, wanted, held)


@pytest.mark.parametrize("level", list(Level))
def test_what_a_create_requires_is_required_here(level):
    members = members_of(level)
    for path, fact in SCHEMA["endpoints"][f"POST /smart_plus/{level}/create/"]["request"].items():
        if path in members:
            assert members[path].required is (fact.get("required") is True), path


@pytest.mark.parametrize(("level", "endpoint"), READS)
def test_every_response_member_is_modelled_or_left_out_with_a_reason(level, endpoint):
    members = members_of(level)
    known = {*members, *list_calls()[f"{level}_get"].gives, *left_out(f"{level} get")}
    for path in SCHEMA["endpoints"][endpoint]["response"]:
        assert path.removeprefix("list[].") in known, path


@pytest.mark.parametrize("level", list(Level))
def test_no_member_is_invented(level):
    published = {
        path.removeprefix("list[].")
        for endpoint, sides in SCHEMA["endpoints"].items()
        if f"/{level}/" in endpoint
        for side in sides.values()
        for path in side
    }
    for path in members_of(level):
        inner = path.rpartition(".")[0].removesuffix("[]")  # items of a list that the schema tells in prose
        assert path in published or inner in published or any(p.startswith(f"{path}.") for p in published), (
            path
        )


@pytest.mark.parametrize("level", list(Level))
def test_what_an_update_may_change_is_what_the_schema_calls_mutable(level):
    ours = {
        member.path
        for member in members_of(level).values()
        if "update" in member.writes and "." not in member.path
    }
    assert ours == set(SCHEMA["mutable"][level.value])


@pytest.mark.parametrize("call", OTHER, ids=lambda call: call.name)
def test_the_other_calls_take_and_give_what_the_schema_says(call):
    published = SCHEMA["endpoints"][f"{call.method} {call.path}"]
    assert set(call.takes) == set(published["request"])
    for path, fact in published["request"].items():
        check_other(call.takes[path], fact)
    gives = {
        path for path in published["response"] if not (path.startswith("list[].") and "get" in call.name)
    }
    assert set(call.gives) == gives


def check_other(member: Member, fact: dict) -> None:
    assert member.required is (fact.get("required") is True), member.path
    assert member.conditional is (fact.get("required") == "conditional"), member.path
    for theirs, ours in FACTS.items():
        wanted, held = fact.get(theirs), getattr(member, ours)
        assert (wanted or None) == ((list(held) if isinstance(held, tuple) else held) or None), member.path


def test_every_endpoint_is_modelled_or_left_out_with_a_reason():
    written = {endpoint for _, _, endpoint in WRITES}
    modelled = {f"{call.method} {call.path}" for call in OTHER}
    out = {item.where for item in list_left_out() if not item.member}
    assert set(SCHEMA["endpoints"]) == written | modelled
    assert set(SCHEMA["endpoints_left_out"]) == out


def test_every_omission_has_a_reason_and_stands_only_once():
    rows = [(item.where, item.member, item.fact) for item in (*list_left_out(), *list_otherwise())]
    assert len(rows) == len(set(rows))
    assert all(len(item.reason) > 15 for item in (*list_left_out(), *list_otherwise()))


def test_every_member_says_its_source_when_a_call_takes_it():
    for level in Level:
        for member in members_of(level).values():
            assert bool(member.source) is bool(member.writes), member.path


def test_members_of_the_guides_alone_are_never_sent():
    for level, names in UNSENT.items():
        for name in names:
            member = members_of(level).get(name)
            assert member is None or not member.sent, name


def test_every_published_return_code_has_a_meaning():
    assert {int(code) for code in SCHEMA["return_codes"]} <= set(codes.MEANINGS)


def test_the_groups_of_return_codes_are_the_published_ones():
    groups = SCHEMA["return_code_groups"]
    assert set(groups["rate_limited"]) == set(codes.THROTTLES)
    assert set(groups["token_missing_or_dead"]) <= set(codes.TOKEN_PROBLEMS)
    assert set(groups["no_permission"]) <= {*codes.PERMISSION_PROBLEMS, *codes.TOKEN_PROBLEMS}
    assert groups["write_conflict"] == [codes.WRITE_CONFLICT]
    assert groups["duplicate_request"] == [codes.DUPLICATE_REQUEST]


def test_an_unlisted_code_is_named_as_such():
    assert codes.explain_code(99_999) == "a code that TikTok does not list"


def test_currencies_have_the_published_ratio_and_decimals():
    published = SCHEMA["budget"]["currencies"]
    ours = {
        code: {"ratio": currency.ratio, "decimals": currency.decimals}
        for code, currency in money.CURRENCIES.items()
    }
    assert ours == published


def test_amounts_scale_to_the_published_minimums_of_every_currency():
    for code, row in SCHEMA["currency_budget"].items():
        currency = money.CURRENCIES[code]
        assert currency.scale(money.CAMPAIGN_MINIMUM) == row["min_daily_campaign"], code
        assert currency.scale(money.ADGROUP_DAILY_MINIMUM) == row["min_daily_adgroup"], code
        assert currency.scale(money.MAXIMUM_EXCLUSIVE) == row["max_exclusive"], code
        assert currency.step == Decimal(str(row["precision"])), code


def test_budget_figures_are_the_published_ones():
    budget = SCHEMA["budget"]
    assert budget["adgroup_lifetime_min_base_per_day"] == money.ADGROUP_LIFETIME_MINIMUM_PER_DAY
    assert Decimal(str(budget["update_floor_share_of_spend"])) == money.UPDATE_FLOOR_SHARE_OF_SPEND
    assert Decimal(str(budget["dynamic_daily_day_cap"])) == money.DYNAMIC_DAILY_DAY_CAP
    assert budget["dynamic_daily_week_cap"] == money.DYNAMIC_DAILY_WEEK_CAP
    assert 1 + Decimal(str(budget["auto_increase"]["step"])) == money.AUTO_INCREASE_STEP
    assert budget["auto_increase"]["max_steps_per_day"] == money.AUTO_INCREASE_STEPS_PER_DAY
    assert budget["cpc_bid_cap_base"] == money.CPC_BID_CAP_EXCLUSIVE


def test_limits_are_the_published_ones():
    published = SCHEMA["limits"]
    pairs = {
        "adgroups_per_campaign": limits.ADGROUPS_PER_CAMPAIGN,
        "ads_per_adgroup": limits.ADS_PER_ADGROUP,
        "creatives_per_ad": limits.CREATIVES_PER_AD,
        "ad_texts": limits.AD_TEXTS,
        "call_to_actions": limits.CALLS_TO_ACTION,
        "pages": limits.INSTANT_PAGES,
        "landing_page_urls": limits.LANDING_PAGES,
        "deeplinks": limits.DEEPLINKS,
        "interactive_add_ons": limits.ADD_ONS,
        "playables": limits.PLAYABLES,
        "carousel_images": limits.CAROUSEL_IMAGES,
        "name_units": limits.NAME_UNITS,
        "location_plus_zip_ids": limits.LOCATIONS_AND_ZIPS,
        "status_ids": limits.STATUS_IDS,
        "budget_update_entries": limits.BUDGET_ENTRIES,
        "material_status_ids": limits.MATERIAL_STATUS_IDS,
        "review_ids": limits.REVIEW_IDS,
        "get_filter_ids": limits.FILTER_IDS,
        "dayparting_length": limits.DAYPARTING_SLOTS,
        "schedule_start_max_past_hours": limits.SCHEDULE_START_MAX_PAST.total_seconds() / 3600,
        "schedule_start_latest": f"{limits.SCHEDULE_START_LATEST:%Y-%m-%d %H:%M:%S}",
        "schedule_end_latest": f"{limits.SCHEDULE_END_LATEST:%Y-%m-%d %H:%M:%S}",
        "utm_params": limits.UTM_PARAMS,
    }
    assert {name: published[name] for name in pairs} == pairs
    assert {level: row["max"] for level, row in published["page_size"].items() if level != "report"} == dict(
        limits.PAGE_SIZE
    )
    assert published["page_size"]["ad"]["default"] == limits.PAGE_SIZE_DEFAULT


def test_list_limits_of_the_members_are_those_of_the_limits():
    ad = members_of(Level.AD)
    held = {
        "creative_list": limits.CREATIVES_PER_AD,
        "ad_text_list": limits.AD_TEXTS,
        "call_to_action_list": limits.CALLS_TO_ACTION,
        "page_list": limits.INSTANT_PAGES,
        "landing_page_url_list": limits.LANDING_PAGES,
        "deeplink_list": limits.DEEPLINKS,
        "interactive_add_on_list": limits.ADD_ONS,
        "playable_list": limits.PLAYABLES,
        "ad_configuration.utm_params": limits.UTM_PARAMS,
        "creative_list[].creative_info.image_info": limits.CAROUSEL_IMAGES,
    }
    assert {path: ad[path].max_items for path in held} == held


def test_quotas_are_the_published_ones():
    published = {
        name: (row["qps"], row["qpm"], row["qpd"]) for name, row in SCHEMA["rate_limits"]["tiers"].items()
    }
    assert published == limits.QUOTAS


@pytest.mark.parametrize("level", list(Level))
def test_every_secondary_status_is_read_as_its_primary(level):
    for primary, names in SCHEMA["statuses"]["primary_to_secondary"][level.value.upper()].items():
        for name in names:
            assert statuses.find_primary(level, name) == primary, name


def test_statuses_that_only_smart_plus_ads_have_are_known():
    for name in SCHEMA["statuses"]["ad_smart_plus_only"]:
        assert statuses.find_primary(Level.AD, name), name


def test_an_unknown_status_belongs_nowhere():
    assert statuses.find_primary(Level.AD, "AD_STATUS_NEVER_SEEN") is None
    assert statuses.is_deleted(Level.AD, "AD_STATUS_CAMPAIGN_DELETE")


def test_what_all_ad_groups_share_is_the_published_list():
    uniform = SCHEMA["uniform"]
    assert set(choices.UNIFORM_WITH_CBO) == {*uniform["cbo_on"], *uniform["cbo_on_guides_add"]}
    assert set(choices.UNIFORM_WITHOUT_CBO) == set(uniform["cbo_off"])
    assert set(choices.SPREAD_BY_TIKTOK) == set(uniform["update_propagates_to_all_adgroups"])


def test_budget_modes_are_the_published_ones():
    modes = SCHEMA["budget_modes"]
    assert set(choices.CAMPAIGN_BUDGET_MODES[True]) == set(modes["campaign"]["cbo_on"])
    assert set(choices.CAMPAIGN_BUDGET_MODES[False]) == set(modes["campaign"]["cbo_off"])
    assert {
        True: modes["campaign"]["cbo_on_default"],
        False: modes["campaign"]["cbo_off_default"],
    } == choices.CAMPAIGN_BUDGET_MODE_DEFAULT
    assert set(choices.ADGROUP_BUDGET_MODES) == set(modes["adgroup"]["cbo_off"])


def test_targeting_members_count_in_the_published_modes():
    targeting = SCHEMA["targeting"]
    always = {"app_targeting_type"}  # asked in every mode
    controls = always | set(targeting["AUTOMATIC"]["controls"])
    assert set(choices.active_targeting("AUTOMATIC", False)) == controls
    assert set(choices.active_targeting("AUTOMATIC", True)) == {
        *controls,
        *targeting["AUTOMATIC"]["suggestions_when_enabled"],
    }
    assert set(targeting["MANUAL"]) <= set(choices.active_targeting("MANUAL", False))
    assert "spc_audience_age" not in choices.active_targeting("MANUAL", False)
    app_catalog = choices.active_targeting("AUTOMATIC", False, to_app=True)
    assert set(app_catalog) == always | set(targeting["AUTOMATIC_app_catalog"])


def test_events_are_the_published_ones():
    assert set(choices.WEB_EVENTS) == set(SCHEMA["events"]["web"])
    assert set(choices.RETIRED_WEB_EVENTS) == set(SCHEMA["events"]["web_retired"])
    assert set(choices.APP_EVENTS) == set(SCHEMA["events"]["app"])


def test_behaviours_fit_their_scenes_as_published():
    ours = {scene: list(actions) for scene, actions in choices.SCENE_ACTIONS.items()}
    assert ours == SCHEMA["action_scene"]
