"""Which checks an object of each level goes through. TikTok answers with the first problem; so does this."""

from collections.abc import Callable

from campaigns.contract.levels import Level
from smartplus_admin.sandbox.errors import Refusal
from smartplus_admin.sandbox.judge import ad, bid, budget, creative, delivery, goal, targeting, uniform
from smartplus_admin.sandbox.judge.case import Case, Problems

Check = Callable[[Case], Problems]

CHECKS: dict[Level, tuple[Check, ...]] = {
    Level.CAMPAIGN: (goal.check_campaign_flow, budget.check_campaign_budget),
    Level.ADGROUP: (
        uniform.check_adgroup_count,
        goal.check_flow,
        goal.check_billing,
        goal.check_pixel,
        goal.check_event,
        bid.check_value_bid,
        bid.check_bid,
        budget.check_adgroup_budget,
        targeting.check_targeting,
        delivery.check_schedule,
        delivery.check_dayparting,
        delivery.check_placement,
        delivery.check_attribution,
        uniform.check_uniform,
    ),
    Level.AD: (
        ad.check_ad_count,
        creative.check_creatives,
        creative.check_ad_identity,
        creative.check_campaign_spark,
        ad.check_texts,
        ad.check_destination,
        ad.check_call_to_action,
        ad.check_disclaimer,
        ad.check_products,
    ),
}


def judge(case: Case) -> None:
    for check in CHECKS[case.level]:
        refuse_first(check(case))


def refuse_first(problems: Problems) -> None:
    for problem in problems:
        text = f"{problem.field}: {problem.text}"
        if problem.text == "is required.":
            text = f"Missing required field(s): {problem.field}."
        raise Refusal(problem.code, text)
