"""A campaign as delivery sees it: what of its rows decides who is shown, for how much and until when. Frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from campaigns.contract.choices import TARGETING_READ_DEFAULTS, active_targeting
from campaigns.contract.limits import DAYPARTING_SLOTS
from campaigns.contract.money import CURRENCIES
from smartplus_admin.sandbox.clock import read_time
from smartplus_admin.sandbox.derive import has_deny_mark, list_denied
from smartplus_admin.sandbox.entities import Entity
from smartplus_admin.sandbox.life.learning import Settings
from smartplus_admin.sandbox.life.parts import Part, list_calls, list_materials, list_texts
from smartplus_admin.sandbox.life.purse import DYNAMIC, NONE, Budget
from smartplus_admin.sandbox.store import dump_json

NEVER = float("inf")
ALWAYS_ON = "1" * DAYPARTING_SLOTS
WINDOW_DAYS = {"OFF": 0, "ONE_DAY": 1, "SEVEN_DAYS": 7, "FOURTEEN_DAYS": 14, "TWENTY_EIGHT_DAYS": 28}
# What a manual audience leaves out; each one makes it smaller
NARROWING = (
    "interest_category_ids",
    "actions",
    "audience_ids",
    "interest_keyword_ids",
    "purchase_intention_keyword_ids",
)


@dataclass(frozen=True, slots=True)
class Coin:
    """An account's currency as delivery counts it: whole minor units, and what a dollar's figure is in them."""

    ratio: int
    decimals: int

    @property
    def per_dollar(self) -> int:
        return self.ratio * 10**self.decimals

    def count(self, amount: object) -> int:
        """Minor units of an amount as bodies hold it; what is below the last decimal does not count."""
        return int(Decimal(str(amount or 0)).scaleb(self.decimals))


@dataclass(frozen=True, slots=True)
class AdPicture:
    id: str
    on: bool
    opens: float  # seconds: reviewed, so it may be shown
    closes: float
    materials: tuple[Part, ...]  # creatives that may be shown
    words: tuple[
        tuple[Part, ...], ...
    ]  # its texts, its calls to action: one of each goes with every creative
    enhanced: bool  # TikTok may vary the creatives by itself


@dataclass(frozen=True, slots=True)
class GroupPicture:
    id: str
    on: bool
    opens: float
    closes: float
    goal: str
    event: str
    bid: float  # a target price in major units; 0 = TikTok bids alone
    least_return: float  # VO_MIN_ROAS; 0 = none
    targeted_by_hand: bool
    placed_by_hand: bool
    narrowing: int
    targeting: str
    slots: str
    fast: bool
    click_days: int
    view_days: int
    budget: Budget
    least: int  # min_budget, a goal
    most: int  # max_budget, a bound; 0 = none
    scheduled: tuple[float, str, int] | None  # from when, which member, the amount
    ads: tuple[AdPicture, ...]


@dataclass(frozen=True, slots=True)
class CampaignPicture:
    id: str
    advertiser_id: str
    zone: str
    coin: Coin
    on: bool
    pooled: bool
    budget: Budget
    groups: tuple[GroupPicture, ...]

    def tell_settings(self, group: GroupPicture, budget: Budget) -> Settings:
        return Settings(
            bid=group.bid or group.least_return,
            budget=self.budget.amount if self.pooled else budget.amount,
            targeting=group.targeting,
            creatives=frozenset(f"{ad.id}/{part.id}" for ad in group.ads if ad.on for part in ad.materials),
        )


def ripen(group: GroupPicture, second: float) -> tuple[Budget, int]:
    """The ad group's budget and its maximum in an hour: a scheduled one begins at its midnight (R19)."""
    budget, most = group.budget, group.most
    if group.scheduled and second >= group.scheduled[0]:
        _, member, amount = group.scheduled
        if member == "max_budget":
            most = amount
        else:
            budget = Budget(budget.mode, amount, budget.increases)
    return budget, most


def picture_campaign(
    campaign: Entity, children: list[Entity], account: dict[str, Any], review_seconds: float
) -> CampaignPicture:
    currency = CURRENCIES[str(account["currency"])]
    coin = Coin(currency.ratio, currency.decimals)
    pooled = bool(campaign.body.get("budget_optimize_on", True))
    ads: dict[str, list[AdPicture]] = {}
    for row in children:
        if row.level.value == "ad":
            ads.setdefault(row.adgroup_id, []).append(_picture_ad(row, review_seconds))
    groups = [row for row in children if row.level.value == "adgroup"]
    return CampaignPicture(
        id=campaign.id,
        advertiser_id=campaign.advertiser_id,
        zone=str(account["timezone"]),
        coin=coin,
        on=is_running(campaign, account),
        pooled=pooled,
        budget=_read_budget(campaign.body, DYNAMIC if pooled else NONE, coin),
        groups=tuple(_picture_group(row, tuple(ads.get(row.id, ())), pooled, coin) for row in groups),
    )


def is_running(campaign: Entity, account: Mapping[str, Any]) -> bool:
    return _is_on(campaign) and account.get("status") == "STATUS_ENABLE"


def _is_on(entity: Entity) -> bool:
    return (
        not entity.deleted and entity.operation_status == "ENABLE" and not entity.facts.get("budget_exceeded")
    )


def _read_budget(body: dict[str, Any], usual: str, coin: Coin) -> Budget:
    increases = body.get("budget_auto_adjust_strategy") == "AUTO_BUDGET_INCREASE"
    return Budget(str(body.get("budget_mode") or usual), coin.count(body.get("budget")), increases)


def _picture_group(row: Entity, ads: tuple[AdPicture, ...], pooled: bool, coin: Coin) -> GroupPicture:
    body = row.body
    mode = str(body.get("targeting_optimization_mode") or "AUTOMATIC")
    spec = body.get("targeting_spec") or {}
    active = active_targeting(mode, bool(body.get("suggestion_audience_enabled")))
    used = {
        name: spec[name]
        for name in active
        if spec.get(name) and spec[name] != TARGETING_READ_DEFAULTS.get(name)
    }
    narrowing = sum(name in used for name in NARROWING) + ("gender" in used) + ("age_groups" in used)
    slots = str(body.get("dayparting") or "")
    scheduled = row.facts.get("scheduled")
    own = bool(body.get("bid_type") == "BID_TYPE_CUSTOM")
    return GroupPicture(
        id=row.id,
        on=_is_on(row),
        opens=max(row.created_at, _read_moment(body.get("schedule_start_time"), 0.0)),
        closes=_read_moment(body.get("schedule_end_time"), NEVER),
        goal=str(body.get("optimization_goal") or ""),
        event=str(body.get("optimization_event") or ""),
        bid=float(body.get("conversion_bid_price") or body.get("bid_price") or 0) if own else 0.0,
        least_return=float(body.get("roas_bid") or 0) if body.get("deep_bid_type") == "VO_MIN_ROAS" else 0.0,
        targeted_by_hand=mode == "MANUAL",
        placed_by_hand=body.get("placement_type") == "PLACEMENT_TYPE_NORMAL",
        narrowing=narrowing,
        targeting=dump_json([mode, dict(sorted(used.items()))]),
        slots=slots
        if len(slots) == DAYPARTING_SLOTS and "1" in slots
        else ALWAYS_ON,  # C30: all zeros = always
        fast=body.get("pacing") == "PACING_MODE_FAST",
        click_days=WINDOW_DAYS.get(str(body.get("click_attribution_window")), 7),
        view_days=WINDOW_DAYS.get(str(body.get("view_attribution_window")), 1),
        budget=Budget(NONE, 0) if pooled else _read_budget(body, DYNAMIC, coin),
        least=coin.count(body.get("min_budget")),
        most=coin.count(body.get("max_budget")),
        scheduled=(scheduled["at"], scheduled["member"], coin.count(scheduled["budget"]))
        if scheduled
        else None,
        ads=ads,
    )


def _picture_ad(ad: Entity, review_seconds: float) -> AdPicture:
    opens, closes = _find_review(ad, review_seconds)
    settings = ad.body.get("ad_configuration") or {}
    denied = list_denied(ad)
    return AdPicture(
        id=ad.id,
        on=_is_on(ad),
        opens=opens,
        closes=closes,
        materials=tuple(part for part in list_materials(ad) if part.on and part.id not in denied),
        words=tuple(words for words in (list_texts(ad), list_calls(ad)) if words),
        enhanced=bool(
            settings.get("creative_auto_add_toggle")
            or settings.get("creative_auto_enhancement_strategy_list")
        ),
    )


def _find_review(ad: Entity, review_seconds: float) -> tuple[float, float]:
    """From when until when its review lets an ad be shown: an edit of an approved one runs on meanwhile (R84)."""
    verdict = ad.facts.get("verdict")
    ran_before = bool(ad.facts.get("approved_before"))
    done = float(ad.facts.get("submitted_at", ad.created_at)) + review_seconds
    if verdict == "denied":
        return NEVER, NEVER
    if verdict == "approved" or (verdict == "pending" and ran_before):
        return ad.created_at, NEVER
    if verdict == "pending":
        return NEVER, NEVER
    if has_deny_mark(ad):
        return (ad.created_at, done) if ran_before else (NEVER, NEVER)
    return ad.created_at if ran_before else done, NEVER


def _read_moment(text: object, otherwise: float) -> float:
    return read_time(str(text)) if text else otherwise
