"""Trees as REST shows them and takes them back: wanted members at their own names, ours beside them.

Money is text with the currency's decimals and times are RFC 3339 in UTC, in `remote` too, so that the two compare.
What is not of its member's type is shown as it was typed: a draft may hold it.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, localcontext
from typing import Any

from campaigns import queries
from campaigns.api.problems import show_findings
from campaigns.contract.levels import Level
from campaigns.contract.members import Member, members_below
from campaigns.contract.money import Currency
from campaigns.contract.shape import read_moment, read_money
from campaigns.models import Ad, AdGroup, Campaign
from campaigns.models.campaign import State
from campaigns.rules.findings import Finding
from campaigns.sync.drift import STRANGER, Drift, find_drift

Thing = Campaign | AdGroup | Ad

# Ours, beside the members: shown, and taken off again where a tree comes in
FRAME = ("id", "version", "state", "badge", "remote", "learning", "drift")
ROOT_FRAME = (*FRAME, "findings", "repair", "created_at", "changed_at")


def strip_tree(tree: Mapping[str, Any], *, replaces: bool = False) -> dict[str, Any]:
    """A tree as a client sends it, without what only we write. What has no shape is left for the services to name.

    A tree that replaces another one keeps the ids of its ad groups and ads: they say which is which.
    """
    return _strip(Level.CAMPAIGN, tree, replaces)


def strip_branch(level: Level, branch: Mapping[str, Any]) -> dict[str, Any]:
    """What is added below a tree, as a client sends it, without what only we write."""
    own = _strip(level, branch, replaces=False)
    return {name: value for name, value in own.items() if name not in ("acknowledge", "reason")}


def show_row(campaign: Campaign) -> dict[str, Any]:
    """A campaign in a list: its own members, nothing below it."""
    return {
        "id": campaign.pk,
        "campaign_id": campaign.remote_id,
        "version": campaign.tree_version,
        "state": campaign.state,
        "badge": campaign.secondary_status or None,
        "advertiser_id": campaign.advertiser.advertiser_id,
        "created_at": show_time(campaign.created_at),
        "changed_at": show_time(campaign.changed_at),
        **_show_wanted(campaign, campaign.advertiser.money),
    }


def show_tree(campaign: Campaign, findings: tuple[Finding, ...]) -> dict[str, Any]:
    """The whole tree. `campaign` has its state and its children prefetched."""
    money = campaign.advertiser.money
    states = queries.find_states(campaign)
    shown: dict[str, Any] = {
        **_show_frame(campaign, states, money),
        "version": campaign.tree_version,
        "advertiser_id": campaign.advertiser.advertiser_id,
        "created_at": show_time(campaign.created_at),
        "changed_at": show_time(campaign.changed_at),
        "findings": show_findings(findings),
        **_show_wanted(campaign, money),
        "adgroups": [
            {
                **_show_frame(group, states, money),
                **_show_wanted(group, money),
                "ads": [
                    {**_show_frame(ad, states, money), **_show_wanted(ad, money)} for ad in group.ads.all()
                ],
            }
            for group in campaign.adgroups.all()
        ],
    }
    # of a draft and of what is being launched nothing is compared yet: null
    if campaign.state in (State.LIVE, State.PAUSED, State.NEEDS_PERSON, State.REMOVED):
        _tell_drift(shown, find_drift(campaign), money)
    return shown


def show_object(thing: AdGroup | Ad, states: Mapping[tuple[Level, int], str]) -> dict[str, Any]:
    """One object below a campaign, with everything below it."""
    money = thing.campaign.advertiser.money
    shown = {**_show_frame(thing, states, money), **_show_wanted(thing, money)}
    if isinstance(thing, AdGroup):
        shown["ads"] = [show_object(ad, states) for ad in thing.ads.all()]
    return shown


def show_members(level: Level, values: Mapping[str, Any], money: Currency) -> dict[str, Any]:
    """An object's members, of ours or of TikTok's, in the shapes of REST."""
    return _show_object(level, "", values, money)


def show_value(level: Level, member: Member | None, value: Any, money: Currency) -> Any:
    """One member's value in the shapes of REST; as it is where it has another type than its member."""
    try:
        match member, value:
            case (None, _) | (_, None | ""):
                return _show_plain(value)
            case Member(type="money"), _:
                return write_amount(money, read_money(value))
            case Member(type="number"), _:
                amount = read_money(value)
                return int(amount) if amount == amount.to_integral_value() else float(amount)
            case Member(type="moment"), _:
                return show_time(read_moment(value))
            case Member(type="id"), int() if not isinstance(value, bool):
                return str(value)
            case Member(type="flag"), str() if value.lower() in ("true", "false"):
                return value.lower() == "true"
            case Member(type="object", path=path), Mapping():
                return _show_object(level, path, value, money)
            case Member(type="objects", path=path), list():
                return [
                    _show_object(level, f"{path}[]", item, money) if isinstance(item, Mapping) else item
                    for item in value
                ]
    except ValueError:
        return value
    return _show_plain(value)


def write_amount(money: Currency, amount: Decimal) -> str:
    """An amount with the currency's decimals; more digits only where a draft was given more."""
    with localcontext() as context:
        context.prec = 60
        rounded = money.quantize(amount)
    return f"{rounded if rounded == amount else amount:f}"


def write_bound(money: Currency, amount: Decimal | None) -> str | None:
    """A computed amount, rounded to the currency's decimals; None = without bound."""
    if amount is None:
        return None
    with localcontext() as context:
        context.prec = 60
        return f"{money.quantize(amount):f}"


def show_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def is_judged(campaign: Campaign) -> bool:
    """Whether findings say anything: about drafts, and about what a stopped launch left to be mended."""
    return campaign.state == State.DRAFT or campaign.mends


def _strip(level: Level, raw: Mapping[str, Any], replaces: bool) -> dict[str, Any]:
    ours = {level.id_member, *(ROOT_FRAME if level is Level.CAMPAIGN else FRAME)}
    if replaces and level is not Level.CAMPAIGN:
        ours.discard("id")
    own = {name: value for name, value in raw.items() if name not in ours}
    children = own.get(level.children_key or "")
    if level.child and level.children_key and isinstance(children, list):
        own[level.children_key] = [
            _strip(level.child, item, replaces) if isinstance(item, Mapping) else item for item in children
        ]
    return own


def _show_frame(thing: Thing, states: Mapping[tuple[Level, int], str], money: Currency) -> dict[str, Any]:
    return {
        "id": thing.pk,
        thing.level.id_member: thing.remote_id,
        "version": thing.version,
        "state": states[(thing.level, thing.pk)],
        "badge": thing.secondary_status or None,
        "remote": None if thing.remote is None else show_members(thing.level, thing.remote, money),
        "learning": None,  # unknown: TikTok shows none (fact sheet 9.5)
        "drift": None,
    }


def _tell_drift(tree: dict[str, Any], drifts: Sequence[Drift], money: Currency) -> None:
    """What TikTok holds otherwise, at the object that it is about; an object that is as wanted has an empty list.

    What was made elsewhere is about no object of ours: it stands at the root, from which its path counts.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for item in drifts:
        level = Level(item.target.partition("s/")[0])
        member = members_below(level, "").get(item.member)
        wanted, remote = (show_value(level, member, value, money) for value in (item.wanted, item.remote))
        place = "campaign" if item.member == STRANGER else item.target
        found.setdefault(place, []).append({"path": item.path, "wanted": wanted, "remote": remote})
    tree["drift"] = found.get("campaign", [])
    for group in tree["adgroups"]:
        group["drift"] = found.get(f"adgroups/{group['id']}", [])
        for ad in group["ads"]:
            ad["drift"] = found.get(f"ads/{ad['id']}", [])


def _show_wanted(thing: Thing, money: Currency) -> dict[str, Any]:
    return show_members(thing.level, thing.wanted, money)


def _show_object(level: Level, where: str, values: Mapping[str, Any], money: Currency) -> dict[str, Any]:
    known = members_below(level, where)
    return {
        name: show_value(level, known.get(name), value, money)
        for name, value in values.items()
        if value is not None  # an absent member, to TikTok and to us
    }


def _show_plain(value: Any) -> Any:
    """Typed values of plans as JSON: what a member's type does not say."""
    match value:
        case Decimal():
            return f"{value:f}"
        case datetime():
            return show_time(value)
        case Mapping():
            return {name: _show_plain(item) for name, item in value.items()}
        case list() | tuple():
            return [_show_plain(item) for item in value]
        case _:
            return value
