"""Which checks an object of each level goes through. TikTok answers with the first problem; so does this."""

from collections.abc import Callable

from campaigns.contract.levels import Level
from smartplus_admin.sandbox.errors import Refusal
from smartplus_admin.sandbox.judge import (
    ad,
    app,
    attribution,
    audience,
    bid,
    budget,
    campaign,
    configuration,
    creative,
    delivery,
    destination,
    goal,
    message,
    targeting,
    uniform,
)
from smartplus_admin.sandbox.judge.case import Case, Problems

Check = Callable[[Case], Problems]

CHECKS: dict[Level, tuple[Check, ...]] = {
    Level.CAMPAIGN: (
        campaign.check_campaign_flow,
        campaign.check_dedicated,
        campaign.check_realtime,
        budget.check_campaign_budget,
    ),
    Level.ADGROUP: (
        uniform.check_adgroup_count,
        goal.check_flow,
        goal.check_lead,
        message.check_messaging,
        message.check_speaker,
        app.check_app,
        goal.check_billing,
        goal.check_pixel,
        goal.check_event,
        app.check_app_value,
        app.check_dedicated_bid,
        bid.check_value_bid,
        bid.check_bid,
        budget.check_adgroup_budget,
        targeting.check_targeting,
        app.check_app_targeting,
        audience.check_audience,
        delivery.check_schedule,
        delivery.check_dayparting,
        delivery.check_premiere,
        delivery.check_placement,
        attribution.check_attribution,
        uniform.check_uniform,
    ),
    Level.AD: (
        ad.check_ad_count,
        ad.check_entries,
        creative.check_creatives,
        creative.check_ad_identity,
        creative.check_campaign_spark,
        ad.check_texts,
        destination.check_destination,
        destination.check_deeplinks,
        message.check_talk,
        ad.check_call_to_action,
        configuration.check_disclaimer,
        configuration.check_products,
        configuration.check_catalog_creatives,
        configuration.check_tracking,
        configuration.check_card,
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
