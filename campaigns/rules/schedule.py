"""Rules about schedules (S1, S2, R29, R65-R68). Times are aware; the wire is UTC, people see the account's zone too."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from campaigns.contract.choices import ALL_MODES, DAILY
from campaigns.contract.limits import (
    DAYPARTING_SLOTS,
    SCHEDULE_END_LATEST,
    SCHEDULE_START_LATEST,
    SCHEDULE_START_MAX_PAST,
)
from campaigns.rules.facts import TreeFacts
from campaigns.rules.findings import FindingLevel, Hit, rule, set_members


@rule("schedule-end-required", sentence="A schedule with start and end needs its end.", source="S1, R66")
def check_end_given(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        missing = facts.is_missing(group, "schedule_end_time")
        if group.get("schedule_type") == "SCHEDULE_START_END" and missing:
            yield Hit(
                group.at("schedule_end_time"),
                f"{group.label} has SCHEDULE_START_END and needs an end. Enter one after the start.",
            )


@rule("schedule-end-unwanted", sentence="A schedule that starts now and runs on has no end.", source="R66")
def check_end_absent(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        if group.get("schedule_type") == "SCHEDULE_FROM_NOW" and group.get("schedule_end_time") is not None:
            yield Hit(
                group.at("schedule_end_time"),
                "SCHEDULE_FROM_NOW runs without an end. Choose SCHEDULE_START_END to keep the end.",
                set_members("Use SCHEDULE_START_END", (group.at("schedule_type"), "SCHEDULE_START_END")),
            )


@rule("schedule-order", sentence="An end comes after its start.", source="R65")
def check_order(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        start, end = group.get("schedule_start_time"), group.get("schedule_end_time")
        if start is not None and end is not None and end <= start:
            yield Hit(
                group.at("schedule_end_time"),
                f"The end ({_say(facts, end)}) is not after the start ({_say(facts, start)}).",
            )


@rule("schedule-start-window", sentence="A start lies at most 12 hours back and before 2028.", source="R65")
def check_start(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        start = group.get("schedule_start_time")
        if start is None:
            continue
        if start < facts.now - SCHEDULE_START_MAX_PAST:
            yield Hit(
                group.at("schedule_start_time"),
                f"The start ({_say(facts, start)}) lies more than 12 hours back. Choose a later one.",
                set_members("Start now", (group.at("schedule_start_time"), None)),
            )
        if start > SCHEDULE_START_LATEST:
            yield Hit(
                group.at("schedule_start_time"),
                f"The start ({_say(facts, start)}) lies after 2028-01-01 00:00 UTC.",
            )


@rule("schedule-end-window", sentence="An end lies in the future and before 2038.", source="R65")
def check_end(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        end = group.get("schedule_end_time")
        if end is not None and end <= facts.now:
            yield Hit(
                group.at("schedule_end_time"),
                f"The end ({_say(facts, end)}) is over already. Choose a later one.",
            )
        if end is not None and end > SCHEDULE_END_LATEST:
            yield Hit(
                group.at("schedule_end_time"),
                f"The end ({_say(facts, end)}) lies after 2038-01-01 00:00 UTC.",
            )


@rule(
    "start-now-needs-daily",
    sentence="Running from now on without an end needs a daily budget.",
    source="R29, R67",
)
def check_from_now(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        mode = facts.budget_mode(group)
        if group.get("schedule_type") == "SCHEDULE_FROM_NOW" and mode in ALL_MODES and mode != DAILY:
            yield Hit(
                group.at("schedule_type"),
                f"SCHEDULE_FROM_NOW needs {DAILY}; the budget mode here is {mode}. Set an end, or a daily budget.",
                set_members("Use SCHEDULE_START_END", (group.at("schedule_type"), "SCHEDULE_START_END")),
            )


@rule(
    "dayparting-shape",
    sentence="Dayparting is 336 characters of 0 and 1, one per half hour, Monday first.",
    source="S2, R68",
)
def check_dayparting(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        slots = group.get("dayparting")
        if slots and (len(slots) != DAYPARTING_SLOTS or set(slots) - {"0", "1"}):
            yield Hit(
                group.at("dayparting"),
                f"Dayparting needs exactly {DAYPARTING_SLOTS} characters of 0 and 1; here are {len(slots)}. "
                "Leave it out to run always.",
                set_members("Run always", (group.at("dayparting"), None)),
            )


@rule(
    "premiere-scope",
    sentence="A premiere date goes with a promotional campaign only.",
    source="docs, ad group create",
)
def check_premiere(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        if group.get("movie_premiere_date") and not facts.campaign.get("is_promotional_campaign"):
            path = group.at("movie_premiere_date")
            yield Hit(
                path,
                "movie_premiere_date needs is_promotional_campaign on the campaign.",
                set_members("Take it away", (path, None)),
            )


@rule(
    "promotional-campaign-scope",
    sentence="Promotional campaigns, for films and series, are web conversion campaigns.",
    source="docs, campaign create",
)
def check_promotional(facts: TreeFacts) -> Iterable[Hit]:
    objective, name = facts.campaign.get("objective_type"), "is_promotional_campaign"
    if facts.campaign.get(name) and objective not in (None, "WEB_CONVERSIONS"):
        yield Hit(
            name,
            f"{name} goes with WEB_CONVERSIONS only; the objective here is {objective}.",
            set_members("Switch it off", (name, None)),
        )


@rule(
    "schedule-shorter-than-learning",
    level=FindingLevel.ADVICE,
    sentence="An ad group that ends before learning is over is never judged on its real cost.",
    source="L1, L4",
)
def check_length(facts: TreeFacts) -> Iterable[Hit]:
    days = facts.policy.days("learning.days")
    for group in facts.adgroups:
        start, end = group.get("schedule_start_time"), group.get("schedule_end_time")
        if start is not None and end is not None and timedelta(0) < end - start < days:
            yield Hit(
                group.at("schedule_end_time"),
                f"{group.label} runs for less than {days.days} days, the time learning takes. Its cost will not settle.",
            )


def _say(facts: TreeFacts, moment: datetime) -> str:
    """A time on the account's clock and in UTC; UTC alone where the zone is unknown or cannot reach so far."""
    said = f"{moment:%Y-%m-%d %H:%M} UTC"
    try:
        local = moment.astimezone(ZoneInfo(facts.account.zone))
    except (ZoneInfoNotFoundError, ValueError, OverflowError):
        return said
    return f"{local:%Y-%m-%d %H:%M} {facts.account.zone}, {said}"
