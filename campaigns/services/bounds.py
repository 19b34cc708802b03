"""An approval within bounds: "up to +20 % while live is 90 to 110, until Friday" (L2). Stored as JSON on the proposal."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from campaigns.contract.shape import Malformed, read_moment, read_money
from campaigns.models import Proposal, ProposalItem
from campaigns.services.edits import read_live
from campaigns.services.errors import NotWellFormed, Refused

NAMES = ("member", "least", "most", "raise_by", "until")
PERCENT = 100


def settle_bounds(given: Mapping[str, Any], proposal: Proposal, now: datetime) -> dict[str, Any]:
    """Bounds as they are stored. Raises NotWellFormed, and Refused where no value can ever meet them."""
    bounds = _read_bounds(given, proposal, now)
    objection = _find_objection(bounds, proposal.items.all())
    if objection:
        raise Refused(objection, ())
    return bounds


def _read_bounds(given: Mapping[str, Any], proposal: Proposal, now: datetime) -> dict[str, Any]:
    """Amounts as text, the time in RFC 3339. Raises NotWellFormed naming the member."""
    problems: list[Malformed] = []
    amounts: dict[str, Decimal] = {}
    for name in ("least", "most", "raise_by"):
        if given.get(name) in (None, ""):
            continue
        try:
            amounts[name] = read_money(given[name])
        except ValueError as error:
            problems.append(Malformed(f"bounds/{name}", str(error)))
    until = _read_until(given.get("until"), proposal.valid_until, now, problems)
    problems += [Malformed(f"bounds/{name}", "no bound is called so") for name in given if name not in NAMES]
    member = given.get("member") or _find_only_amount(proposal)
    if not isinstance(member, str):
        problems.append(Malformed("bounds/member", "say which amount is bounded, such as budget"))
    if not problems and not amounts:
        problems.append(Malformed("bounds", "give least, most or raise_by; or approve without bounds"))
    if problems:
        raise NotWellFormed(f"{problems[0].path}: {problems[0].message}.", tuple(problems))
    return {
        "member": member,
        **{name: f"{amount:f}" for name, amount in amounts.items()},
        "until": until.isoformat(),
    }


def _find_objection(bounds: Mapping[str, Any], items: Iterable[ProposalItem]) -> str | None:
    """Why no live value can ever meet the bounds; None where one can."""
    named = [item for item in items if bounds["member"] in item.after]
    if not named:
        return f"This proposal does not change {bounds['member']}: no value can meet bounds on it."
    least, most = _read(bounds, "least"), _read(bounds, "most")
    if least is not None and most is not None and least > most:
        return f"Nothing is at least {least} and at most {most} at once. Turn the bounds round."
    raise_by = _read(bounds, "raise_by")
    for item in named:
        wanted = _read(item.after, bounds["member"])
        if wanted is None:
            return f"{bounds['member']} is no amount here: it cannot be bounded."
        if most is not None and raise_by is not None and wanted > most * (1 + raise_by / PERCENT):
            top = most * (1 + raise_by / PERCENT)
            return (
                f"{wanted} is asked for; with at most {most} live and a raise of at most {raise_by} % no more than {top} "
                "can come of it. Widen the bounds, or offer another value."
            )
    return None


def allows(bounds: Mapping[str, Any] | None, path: str, live: Any, wanted: Any) -> bool:
    """Whether bounds let a live value go over into the wanted one."""
    if bounds is None or bounds["member"] != path:
        return False
    now, aim = _amount(live), _amount(wanted)
    if now is None or aim is None:
        return False
    least, most, raise_by = (_read(bounds, name) for name in ("least", "most", "raise_by"))
    return (
        (least is None or now >= least)
        and (most is None or now <= most)
        and (raise_by is None or aim <= now * (1 + raise_by / PERCENT))
    )


def reaches(bounds: Mapping[str, Any], items: Iterable[ProposalItem]) -> bool:
    """Whether every live value lies within the bounds at this moment."""
    member = bounds["member"]
    return all(
        allows(bounds, member, read_live(item.target, item.after, {})[member], item.after[member])
        for item in items
        if member in item.after
    )


def _find_only_amount(proposal: Proposal) -> str | None:
    names = {path for item in proposal.items.all() for path, value in item.after.items() if _amount(value)}
    return next(iter(names)) if len(names) == 1 else None


def _read_until(given: Any, usual: datetime, now: datetime, problems: list[Malformed]) -> datetime:
    if given in (None, ""):
        return usual
    try:
        until = given if isinstance(given, datetime) else read_moment(given)
    except ValueError as error:
        problems.append(Malformed("bounds/until", str(error)))
        return usual
    if until <= now:
        problems.append(Malformed("bounds/until", f"it lies in the past; it is {now:%Y-%m-%d %H:%M} UTC"))
    return until


def _read(values: Mapping[str, Any], name: str) -> Decimal | None:
    return _amount(values.get(name))


def _amount(value: Any) -> Decimal | None:
    if value is None or isinstance(value, bool | list | dict):
        return None
    try:
        return read_money(value)
    except ValueError:
        return None
