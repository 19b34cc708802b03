"""Rules about when something live may be changed: the learning lock, what is settled, what is gone (L2, R81, R86-R88)."""

from collections.abc import Iterable
from decimal import Decimal

from campaigns.contract.choices import US_LOCATION
from campaigns.contract.members import members_below
from campaigns.contract.statuses import DELETE, DISABLE, ENABLE
from campaigns.rules.edits import EditFacts
from campaigns.rules.findings import FindingLevel, Hit, rule
from campaigns.rules.significance import HARMLESS_ROW, list_members

HARMLESS = list_members(HARMLESS_ROW)  # L2: edits that do not touch learning
MONEY = ("budget", "bid_price", "conversion_bid_price")
SWITCH = "operation_status"


def is_stop(facts: EditFacts) -> bool:
    """Whether the change only switches off: stops are never locked (L2)."""
    return facts.names == (SWITCH,) and facts.after.get(SWITCH) == DISABLE


def is_emergency(facts: EditFacts) -> bool:
    """A lowering of money, marked as an emergency with a reason (L2): goes out at once and is booked."""
    if not facts.emergency.strip():
        return False
    return bool(facts.names) and all(name in MONEY and _is_lowering(facts, name) for name in facts.names)


def _is_lowering(facts: EditFacts, name: str) -> bool:
    step = facts.read_step(name)
    return step is not None and step[1] < step[0]


@rule("deleted-for-good", sentence="What was deleted at TikTok cannot be changed any more.", source="R88")
def check_deleted(facts: EditFacts) -> Iterable[Hit]:
    if facts.deleted and facts.names:
        yield Hit(
            facts.at(facts.names[0]),
            f"{facts.label} was deleted at TikTok, or its campaign was. Make a new one from it.",
        )


@rule("ended-for-good", sentence="An ad that has ended cannot be switched on again.", source="section 9.1")
def check_frozen(facts: EditFacts) -> Iterable[Hit]:
    if facts.frozen and facts.after.get(SWITCH) == ENABLE:
        yield Hit(facts.at(SWITCH), f"{facts.label} has ended for good (FROZEN). Make a new one from it.")


@rule(
    "removes-for-good",
    level=FindingLevel.CONFIRM,
    sentence="What is removed at TikTok never comes back.",
    source="R88",
)
def check_removal(facts: EditFacts) -> Iterable[Hit]:
    if SWITCH in facts.names and facts.after.get(SWITCH) == DELETE:
        yield Hit(
            facts.at(SWITCH),
            f"{facts.label} is removed at TikTok, with everything below it. Nothing brings it back.",
        )


@rule(
    "settled-member",
    sentence="Some fields are settled for good once the object exists.",
    source="R25, R44, R69, R70, R86, R87",
)
def check_settled(facts: EditFacts) -> Iterable[Hit]:
    known = members_below(facts.level, "")
    for name in facts.names:
        member = known.get(name)
        if name != SWITCH and (member is None or "update" not in member.writes):
            yield Hit(
                facts.at(name),
                f"{name} of {facts.label} is settled: TikTok has no call that changes it. Make a new object with the "
                "other value.",
            )


@rule(
    "disclaimer-stays",
    sentence="A disclaimer cannot be removed, nor can its type change.",
    source="R81",
)
def check_disclaimer(facts: EditFacts) -> Iterable[Hit]:
    old, new = facts.before.get("disclaimer") or {}, facts.after.get("disclaimer") or {}
    if old and old.get("disclaimer_type") != new.get("disclaimer_type"):
        yield Hit(facts.at("disclaimer"), "TikTok neither removes a disclaimer nor changes its type.")


@rule(
    "us-stays",
    level=FindingLevel.CONFIRM,
    sentence="Once the US is targeted it cannot be left entirely.",
    source="R56",
)
def check_us(facts: EditFacts) -> Iterable[Hit]:
    old, new = (
        (side.get("targeting_spec") or {}).get("location_ids") or [] for side in (facts.before, facts.after)
    )
    if US_LOCATION in old and new and US_LOCATION not in new:
        yield Hit(
            facts.at("targeting_spec/location_ids"),
            "The US is taken out of the places. Unless one of the new places lies in the US, TikTok refuses that.",
        )


@rule(
    "learning-locked",
    level=FindingLevel.ESCALATE,
    sentence="A change inside the learning phase starts learning anew; a manager decides.",
    source="L2",
)
def check_lock(facts: EditFacts) -> Iterable[Hit]:
    weighty = [name for name in facts.names if name not in HARMLESS]
    if not facts.lock.locked or not weighty or is_stop(facts) or is_emergency(facts):
        return
    opens = f" The lock opens by itself about {facts.lock.opens_at:%Y-%m-%d}." if facts.lock.opens_at else ""
    results = "" if facts.lock.results is None else f" with {facts.lock.results.normalize():f} results so far"
    what = f"Changing {', '.join(weighty)}"
    if weighty == [SWITCH]:
        what = "Switching on again"
    elif weighty == [facts.level.children_key]:
        what = "Adding to it"
    yield Hit(
        facts.at(weighty[0]),
        f"{facts.label} is learning{results}. {what} starts learning anew, so it becomes a proposal for a manager.{opens}",
    )


@rule(
    "emergency-resets",
    level=FindingLevel.ADVICE,
    sentence="An emergency lowering goes out at once and is booked as a probable reset of learning.",
    source="L2",
)
def check_emergency(facts: EditFacts) -> Iterable[Hit]:
    if facts.lock.locked and is_emergency(facts):
        yield Hit(
            facts.at(facts.names[0]),
            f"{facts.label} is learning. The lowering goes out at once as an emergency; it probably starts "
            "learning anew and is shown "
            "to the manager as done.",
        )


@rule(
    "price-spreads",
    level=FindingLevel.CONFIRM,
    sentence="A changed price holds for every ad group of the campaign.",
    source="R41",
)
def check_spreading(facts: EditFacts) -> Iterable[Hit]:
    for name in ("bid_price", "conversion_bid_price", "roas_bid"):
        if name in facts.names and facts.siblings > 1:
            yield Hit(
                facts.at(name),
                f"TikTok applies a changed {name} to all {facts.siblings} ad groups of the campaign, not to {facts.label} alone.",
            )


@rule(
    "takes-back",
    level=FindingLevel.CONFIRM,
    sentence="A change also takes back what was changed elsewhere and not accepted here.",
    source="design section 4: an object is sent as wanted, not member by member",
)
def check_taken_back(facts: EditFacts) -> Iterable[Hit]:
    for name in facts.along:
        if name in facts.names:
            yield Hit(
                facts.at(name),
                f"{name} of {facts.label} was changed elsewhere to {facts.before.get(name)}; with this change it goes back "
                f"to {facts.after.get(name)}. Take theirs over first if it should stay.",
            )


@rule(
    "review-again",
    level=FindingLevel.ADVICE,
    sentence="A changed ad goes through TikTok's review again.",
    source="R84, U5",
)
def check_review(facts: EditFacts) -> Iterable[Hit]:
    shown = [name for name in facts.names if name not in (*HARMLESS, SWITCH)]
    if facts.level.child is None and shown:
        yield Hit(
            facts.at(shown[0]),
            f"{facts.label} goes back to review; until it is through, the old version runs.",
        )


def lowers_money(facts: EditFacts) -> Decimal:
    """By how much a change lowers its budget; 0 where it does not."""
    step = facts.read_step("budget")
    return step[0] - step[1] if step is not None and step[1] < step[0] else Decimal(0)
