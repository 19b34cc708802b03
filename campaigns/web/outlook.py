"""What a budget can feed, in words: one line for the plan, and for the review each ad group with where its cost comes from."""

from dataclasses import dataclass

from campaigns.contract.money import Currency
from campaigns.services.errors import count_things
from campaigns.services.forecasting import GroupOutlook, Outlook

NAMED = 3  # ad groups told by name before the others are counted


@dataclass(frozen=True, slots=True)
class ToldOutlook:
    """`groups`: the labels of the ad groups of which one sentence is true, and the sentence; the weakest first."""

    line: str
    groups: tuple[tuple[str, str], ...]


def tell_outlook(outlook: Outlook, money: Currency) -> ToldOutlook:
    said: dict[str, list[str]] = {}
    for group in sorted(outlook.adgroups, key=lambda group: -1 if group.chance is None else group.chance):
        said.setdefault(_say_group(group, outlook, money), []).append(group.label)
    return ToldOutlook(
        _say_line(outlook, money), tuple((_say_labels(labels), text) for text, labels in said.items())
    )


def _say_labels(labels: list[str]) -> str:
    """The first few by name: thirty would push everything else out of sight."""
    more = len(labels) - NAMED
    return ", ".join(labels) if more <= 1 else f"{', '.join(labels[:NAMED])} and {more} more"


def _say_line(outlook: Outlook, money: Currency) -> str:
    chance, results = outlook.weakest.chance, outlook.per_week
    if outlook.unknown or chance is None or results is None:
        return "enough to leave learning: unknown"
    groups = count_things(len(outlook.adgroups), "ad group")
    each = "" if len(outlook.adgroups) == 1 else " each"
    # the verdict first: the line is cut where there is no room
    said = f"enough to leave learning: {chance:.0%}{each}{_say_need(outlook, money)}"
    return f"{said}; about {results:.0f} results a week for {groups}"


def _say_need(outlook: Outlook, money: Currency) -> str:
    chance, enough = outlook.weakest.chance, outlook.enough_per_day
    if enough is None or chance is None or chance >= outlook.enough:
        return ""
    return f"; {outlook.enough:.0%} needs {money.write(enough)} {money.code} a day"


def _say_group(group: GroupOutlook, outlook: Outlook, money: Currency) -> str:
    if group.cost is None or group.per_week is None or group.chance is None or group.budget_per_day is None:
        return f"Unknown. {group.unknown}"
    low, high = group.per_week.low or 0.0, group.per_week.high or 0.0
    share = ", an even share of the campaign's," if group.shared_by > 1 else ""
    said = (
        f"{money.write(group.budget_per_day)} {money.code} a day{share} "
        f"at {money.write(group.cost.amount)} {money.code} a result "
        f"({group.cost.say_source()}) buys {low:.0f} to {high:.0f} results a week. Chance to leave learning within "
        f"{outlook.within.days} days: {group.chance:.0%}."
    )
    if group.enough_per_day is not None and group.chance < outlook.enough:
        said += f" {outlook.enough:.0%} needs {money.write(group.enough_per_day)} {money.code} a day."
    return said
