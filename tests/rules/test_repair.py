"""Least-change repair: the fewest members, over all ad groups at once; of equals the one that exposes least."""

import itertools
import random
from decimal import Decimal
from typing import Any

import pytest

from campaigns.rules.book import has_level, judge
from campaigns.rules.findings import FindingLevel
from campaigns.rules.paths import put_values
from campaigns.rules.repair import Repair, find_repair, list_candidates, rank
from campaigns.sync.plan import measure_tree
from tests.rules.bases import BASES, WEB, change, resolve

FREE = BASES["web"]["adgroups"][0]
CAPPED = BASES["cost-cap"]["adgroups"][0]
OWN = BASES["own-budgets"]["adgroups"][0]


def repair(tree: dict[str, Any], **more: Any) -> Repair | None:
    return find_repair(tree, resolve=resolve, measure=measure_tree, **more)


def passes(tree: dict[str, Any]) -> bool:
    return not has_level(judge(resolve(tree)), FindingLevel.REFUSE)


def apply(tree: dict[str, Any], found: Repair) -> dict[str, Any]:
    return put_values(tree, [(item.path, item.value) for item in found.changes])


def make_tree(*groups: dict[str, Any], **members: Any) -> dict[str, Any]:
    named = [{**group, "adgroup_name": f"Group {number}"} for number, group in enumerate(groups)]
    return {**WEB, **members, "adgroups": named}


def brute_force(tree: dict[str, Any], names: frozenset[str], most: int) -> tuple[int, Any] | None:
    """The size and exposure of the best repair, by trying every set of changes up to a size."""
    count = len(tree["adgroups"])
    paths = [f"adgroups/{index}/{name}" for index in range(count) for name in sorted(names)] + sorted(names)
    fixes = [item for finding in judge(resolve(tree)) if finding.fix for item in finding.fix.changes]
    moves = {path: list_candidates(tree, path, fixes) for path in paths}
    for size in range(1, most + 1):
        exposures = []
        for chosen in itertools.combinations(paths, size):
            for values in itertools.product(*(moves[path] for path in chosen)):
                facts = resolve(put_values(tree, zip(chosen, values, strict=True)))
                if not has_level(judge(facts), FindingLevel.REFUSE):
                    exposures.append(rank(measure_tree(facts)))
        if exposures:
            return size, min(exposures)
    return None


def test_a_tree_that_passes_needs_no_repair():
    assert repair(WEB) is None


def test_what_only_a_person_knows_is_not_made_up():
    assert repair(change(WEB, {"budget": "~"})) is None
    assert repair(change(WEB, {"campaign_name": "~"})) is None


def test_a_place_that_cannot_be_read_is_left_to_a_person_and_never_taken_away():
    assert repair(change(WEB, {"adgroups/0/targeting_spec/location_ids": ["Californa"]})) is None


@pytest.mark.parametrize(("capped", "free"), [(20, 10), (10, 20)])
def test_thirty_ad_groups_with_mixed_bid_types_are_mended_by_one_press_for_the_smaller_part(capped, free):
    tree = make_tree(*[CAPPED] * capped, *[FREE] * free)
    found = repair(tree)
    assert found is not None
    assert len(found.changes) == 2 * min(capped, free)
    assert passes(apply(tree, found))


def make_priced(members: dict[str, Any]) -> list[dict[str, Any]]:
    """Thirty ad groups: every third bids freely, the others at twenty prices, each with a budget of its own."""
    return [
        {**(CAPPED if index % 3 else FREE), **members, "budget": f"{100 + index}.00"}
        | ({"conversion_bid_price": f"{10 + index * 2 // 3}.00"} if index % 3 else {})
        for index in range(30)
    ]


def test_thirty_ad_groups_with_twenty_prices_share_one_of_them_by_one_press():
    """Ten take over bid type and price, nineteen another price; without CBO nineteen prices more would stay."""
    tree = make_tree(*make_priced({"budget": None}))
    found = repair(tree, among=frozenset({"bid_type", "conversion_bid_price"}))
    assert found is not None
    assert len(found.changes) == 10 * 2 + 19
    assert {item.value for item in found.changes} == {"BID_TYPE_CUSTOM", "10.00"}
    assert passes(apply(tree, found))


def test_thirty_ad_groups_with_their_own_prices_and_budgets_keep_them_without_cbo():
    daily = {"budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"}
    found = repair(make_tree(*make_priced(daily)))
    assert found is not None
    assert len(found.changes) == 10 * 2 + 2
    assert ("budget_optimize_on", False) in [(item.path, item.value) for item in found.changes]
    assert "bid_type → BID_TYPE_CUSTOM in 10 ad groups; " in found.label
    assert "budget_optimize_on → off" in found.label
    assert passes(apply(make_tree(*make_priced(daily)), found))


def test_of_equal_repairs_the_one_that_exposes_less_wins():
    """A lifetime budget with an open end: an end is unknown, so the mode changes, and the amount that may be spent is said."""
    tree = make_tree(FREE, budget_mode="BUDGET_MODE_TOTAL")
    found = repair(tree)
    assert found is not None
    assert [(item.path, item.value) for item in found.changes] == [
        ("budget_mode", "BUDGET_MODE_DYNAMIC_DAILY_BUDGET")
    ]
    assert found.raises_exposure
    assert "grows by 125.00 USD to 625.00 USD" in found.label


def test_a_lifetime_budget_with_an_end_keeps_its_exposure_and_loses_the_cost_cap():
    """Maximum delivery costs two changes (bid type and price); the daily budget one, though it exposes more."""
    ending = {**CAPPED, "schedule_type": "SCHEDULE_START_END", "schedule_end_time": "2026-12-17 12:00:00"}
    found = repair(make_tree(ending, budget_mode="BUDGET_MODE_TOTAL"))
    assert found is not None
    assert [item.path for item in found.changes] == ["budget_mode"]
    assert found.raises_exposure


def test_a_repair_that_exposes_no_more_says_nothing_about_money():
    found = repair(make_tree(FREE, {**FREE, "optimization_event": "FORM"}))
    assert found is not None
    assert not found.raises_exposure
    assert "Exposure" not in found.label


def test_an_amount_below_the_minimum_is_raised_to_it_and_no_further():
    found = repair(change(WEB, {"budget": "49.99"}))
    assert found is not None
    assert [(item.path, item.value) for item in found.changes] == [("budget", "50.00")]


def test_a_repair_is_never_applied_by_itself():
    tree = make_tree(FREE, {**FREE, "optimization_event": "FORM"})
    kept = repr(tree)
    assert repair(tree) is not None
    assert repr(tree) == kept


def test_what_the_campaign_is_about_stays():
    tree = make_tree(FREE, {**FREE, "promotion_type": "APP_ANDROID"})
    found = repair(tree)
    assert found is None or all("promotion_type" not in item.path for item in found.changes)


@pytest.mark.parametrize(
    "tree",
    [
        make_tree(FREE, {**CAPPED}),
        make_tree(FREE, FREE, {**FREE, "optimization_event": "FORM"}),
        make_tree({**FREE, "bid_type": "BID_TYPE_CUSTOM"}, {**CAPPED}),
        make_tree({**FREE, "billing_event": "CPC"}, {**FREE, "billing_event": "CPC"}),
        make_tree(
            OWN,
            {**OWN, "budget_mode": "BUDGET_MODE_INFINITE", "budget": None},
            budget_optimize_on=False,
            budget_mode="BUDGET_MODE_INFINITE",
            budget=None,
        ),
        make_tree(FREE, budget_mode="BUDGET_MODE_TOTAL"),
        make_tree({**CAPPED, "conversion_bid_price": None}),
        make_tree({**FREE, "vbo_window": "ZERO_DAY"}, FREE),
    ],
)
def test_the_repair_is_as_small_as_brute_force_finds_and_exposes_as_little(tree):
    names = frozenset(
        {
            "bid_type",
            "conversion_bid_price",
            "optimization_event",
            "billing_event",
            "budget_mode",
            "budget",
            "vbo_window",
        }
    )
    found = repair(tree, among=names)
    best = brute_force(tree, names, 2)
    if best is None:
        assert found is None or len(found.changes) > 2
    else:
        assert found is not None
        assert (len(found.changes), rank(found.exposure_after)) == best
        assert passes(apply(tree, found))


def test_random_broken_trees_of_up_to_three_ad_groups_are_mended_as_brute_force_would():
    chance = random.Random(7)
    names = frozenset({"bid_type", "conversion_bid_price", "billing_event"})
    mended = 0
    for _ in range(12):
        groups = [
            {
                **FREE,
                "bid_type": chance.choice(["BID_TYPE_NO_BID", "BID_TYPE_CUSTOM"]),
                "billing_event": chance.choice(["OCPM", "CPC"]),
                "conversion_bid_price": chance.choice([None, "15.00", "20.00"]),
                "ads": [{**FREE["ads"][0], "creative_list": FREE["ads"][0]["creative_list"][:1]}],
            }
            for _ in range(chance.randint(1, 3))
        ]
        tree = make_tree(*groups)
        most = 3 if len(groups) < 3 else 2
        found = repair(tree, among=names)
        if passes(tree):
            assert found is None
            continue
        best = brute_force(tree, names, most)
        if best is not None:
            assert found is not None
            assert (len(found.changes), rank(found.exposure_after)) == best
            mended += 1
        elif found is not None:
            assert len(found.changes) > most
            assert passes(apply(tree, found))
    assert mended >= 6


def test_an_unbounded_exposure_ranks_last():
    assert rank(measure_tree(resolve(change(WEB, {"budget": "~"})))) == (Decimal("Infinity"),) * 3


@pytest.mark.parametrize("count", [0, 31])
def test_what_is_wrong_with_the_list_of_ad_groups_itself_is_no_matter_of_values(count):
    tree = {**WEB, "adgroups": [dict(WEB["adgroups"][0])] * count}
    assert repair(tree) is None


@pytest.mark.parametrize("count", [1, 2])
def test_what_is_wrong_with_ads_is_mended_in_every_one_of_them(count):
    ad = {**FREE["ads"][0], "page_list": [{"page_id": "7000000000000000001"}]}
    tree = make_tree({**FREE, "ads": [ad] * count}, FREE)
    found = repair(tree)
    assert found is not None
    wanted = [(f"adgroups/0/ads/{place}/page_list", None) for place in range(count)]
    assert [(item.path, item.value) for item in found.changes] == wanted
    assert passes(apply(tree, found))


def test_what_is_wrong_with_an_ad_and_with_the_ad_groups_is_mended_at_once():
    ad = {**FREE["ads"][0], "page_list": [{"page_id": "7000000000000000001"}]}
    tree = make_tree({**FREE, "ads": [FREE["ads"][0], ad]}, FREE, CAPPED)
    found = repair(tree)
    assert found is not None
    assert "adgroups/0/ads/1/page_list" in {item.path for item in found.changes}
    assert passes(apply(tree, found))
