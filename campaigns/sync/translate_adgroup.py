"""How a typed ad group becomes the one that is sent. Members are typed values already; `campaign` are its resolved members."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from campaigns.contract.choices import NO_PIXEL_GOALS, TARGETING_READ_DEFAULTS, active_targeting
from campaigns.rules.facts import AccountFacts, Weight
from campaigns.sync.rewriting import Rewriter


def resolve_adgroup(
    members: dict[str, Any],
    campaign: Mapping[str, Any],
    account: AccountFacts,
    now: datetime,
    rewriter: Rewriter,
    malformed: frozenset[str],
) -> None:
    _resolve_budget(members, campaign, rewriter)
    _resolve_goal(members, account, rewriter)
    _resolve_schedule(members, now, rewriter, malformed)
    to_app = campaign.get("sales_destination") == "APP"
    _resolve_targeting(members, account, to_app, rewriter)
    _resolve_placement(members, rewriter)


def _resolve_budget(members: dict[str, Any], campaign: Mapping[str, Any], rewriter: Rewriter) -> None:
    if campaign.get("budget_optimize_on") is False:
        return
    reads_back = members.get("budget_mode") == "BUDGET_MODE_INFINITE" and not members.get("budget")
    weight = Weight.SPELLING if reads_back else Weight.MONEY
    because = "with CBO on the campaign's budget is shared and TikTok ignores an ad group's own"
    for name in ("budget_mode", "budget"):
        rewriter.take(members, name, weight, because, "R26")


def _resolve_goal(members: dict[str, Any], account: AccountFacts, rewriter: Rewriter) -> None:
    if members.get("optimization_goal") == "CLICK" and members.get("billing_event") == "OCPM":
        because = "TikTok bills the goal CLICK by the click"
        rewriter.replace(members, "billing_event", "CPC", Weight.MONEY, because, "C7, R32")
    if members.get("optimization_goal") in NO_PIXEL_GOALS and members.get("optimization_goal") != "CLICK":
        rewriter.take(members, "pixel_id", Weight.SPELLING, "TikTok takes no pixel for this goal", "C6, R33")
    code = members.get("pixel_id")
    by_code = next((pixel for pixel in account.pixels if code and pixel.code == code), None)
    if by_code is not None:
        because = f"the numeric id of the pixel {by_code.name}"
        rewriter.replace(members, "pixel_id", by_code.pixel_id, Weight.SPELLING, because, "C20")


def _resolve_schedule(
    members: dict[str, Any], now: datetime, rewriter: Rewriter, malformed: frozenset[str]
) -> None:
    if members.get("schedule_start_time") is None and "schedule_start_time" not in malformed:
        moment = now.replace(microsecond=0)
        because = "no start was given: it starts when it is launched"
        rewriter.fill(members, "schedule_start_time", moment, Weight.SPELLING, because, "C13, R66")
    slots = members.get("dayparting")
    if slots and set(slots) == {"0"}:
        because = "TikTok reads “never” as “always”; leave single half hours out, or pause the ad group"
        rewriter.take(members, "dayparting", Weight.MONEY, because, "C30")


def _resolve_targeting(
    members: dict[str, Any], account: AccountFacts, to_app: bool, rewriter: Rewriter
) -> None:
    spec: dict[str, Any] = members.setdefault("targeting_spec", {})
    inside = rewriter.below("targeting_spec")
    if not spec.get("location_ids") and not spec.get("zipcode_ids") and account.location_id:
        because = f"no place was given: the account's own country, {account.country}"
        inside.fill(spec, "location_ids", [account.location_id], Weight.AUDIENCE, because, "C14, R50")
    mode = members.get("targeting_optimization_mode") or "AUTOMATIC"
    active = active_targeting(mode, members.get("suggestion_audience_enabled") is True, to_app=to_app)
    with_hints = active_targeting(mode, True, to_app=to_app)
    for name in [name for name in spec if name not in active]:
        harmless = spec[name] in (TARGETING_READ_DEFAULTS.get(name), [], "", None, False)
        weight = Weight.SPELLING if harmless else Weight.AUDIENCE
        hint = "; it counts once audience suggestions are on" if name in with_hints else ""
        inside.take(spec, name, weight, f"TikTok drops it in {mode} mode{hint}", "R51-R55")


def _resolve_placement(members: dict[str, Any], rewriter: Rewriter) -> None:
    if not members.get("placements"):
        return
    match members.get("placement_type"):
        case None:
            because = "placements were named, so they are chosen by hand"
            rewriter.fill(
                members, "placement_type", "PLACEMENT_TYPE_NORMAL", Weight.AUDIENCE, because, "T3, R69"
            )
        case "PLACEMENT_TYPE_AUTOMATIC":
            because = "with automatic placement TikTok chooses them itself"
            rewriter.take(members, "placements", Weight.AUDIENCE, because, "R69")
