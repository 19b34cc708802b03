"""Looking whether an unsure create happened: adoption by multiset, never a blind repeat (design section 4).

Remote objects under the same parent, made since the call and claimed by no row, are matched by their canonical body
against all unsure rows with that body. Two empty looks, some time apart, return the row to waiting.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction

from campaigns.contract.levels import Level
from campaigns.contract.shape import read_members, read_moment
from campaigns.contract.statuses import DISABLE, is_deleted
from campaigns.models import Ad, AdGroup, Campaign, Picture, Push
from campaigns.rules.policy import house_policy
from campaigns.sync import mirror, outbox, settling
from campaigns.sync.canonical import find_differences
from campaigns.sync.gateway import Gateway
from campaigns.sync.plan import compose_body, list_addresses

EMPTY_LOOKS = 2  # design section 4


def look_for(push: Push, gateway: Gateway) -> None:
    """Settles an unsure row by what TikTok holds. Raises TikTokError when the reading fails; the row stays unsure."""
    policy = house_policy()
    sent_at = push.sent_at or gateway.now()
    bound = sent_at + policy.seconds("push.visibility_bound")
    if gateway.now() < bound:
        outbox.update_under_lease(push, not_before=bound, release=True)
        return
    wanted = _wanted_body(push)
    rows = [row for row in _read_siblings(push, gateway) if _is_match(push, row, wanted)]
    taken = _claimed_ids(push)
    free = [row for row in rows if str(row[push.target.level.id_member]) not in taken]
    free.sort(key=lambda row: row.get("operation_status") != DISABLE)  # ours are made off: those first
    rivals = _count_unsure(push, wanted)
    now = gateway.now()
    if not free:
        looks = push.looks + 1
        if looks < EMPTY_LOOKS:
            again = now + policy.seconds("push.look_apart")
            outbox.update_under_lease(push, looks=looks, not_before=again, release=True)
        else:
            outbox.update_under_lease(
                push, state=Push.State.WAITING, looks=0, not_before=now, error=None, release=True
            )
        return
    surplus = free[rivals:]
    if surplus:
        _hold_surplus(push, gateway, surplus)
    with transaction.atomic():
        error = _describe_surplus(push, surplus) if surplus else None
        state = Push.State.NEEDS_PERSON if surplus else Push.State.DONE
        if outbox.update_under_lease(push, state=state, error=error, settled_at=now, release=True):
            mirror.fold(push.target, free[0], now=now)
            if not surplus:
                settling.note_made(push, now=now)


def _wanted_body(push: Push) -> dict[str, Any]:
    members = read_members(push.target.level, push.target.wanted).values
    addresses = list_addresses(members) if push.ad_id else []
    pictures = dict(
        Picture.objects.filter(advertiser=push.advertiser, address__in=addresses).values_list(
            "address", "image_id"
        )
    )
    return compose_body(level=push.target.level, members=members, pictures=pictures)


def _read_siblings(push: Push, gateway: Gateway) -> list[dict[str, Any]]:
    """All objects under the same parent, to the end of the list."""
    level = push.target.level
    if push.adgroup is not None:
        return gateway.read_all(level, {"campaign_ids": [str(push.adgroup.campaign.remote_id)]})
    if push.ad is not None:
        return gateway.read_all(level, {"adgroup_ids": [str(push.ad.adgroup.remote_id)]})
    slack = house_policy().seconds("push.clock_slack")
    since = (push.sent_at - slack) if push.sent_at else None
    return gateway.read_all(
        level, {"creation_filter_start_time": f"{since:%Y-%m-%d %H:%M:%S}"} if since else {}
    )


def _is_match(push: Push, row: dict[str, Any], wanted: dict[str, Any]) -> bool:
    level = push.target.level
    if is_deleted(level, str(row.get("secondary_status") or "")) or not row.get(level.id_member):
        return False
    slack: timedelta = house_policy().seconds("push.clock_slack")
    made = row.get("create_time")
    if made and push.sent_at and read_moment(made) < push.sent_at - slack:
        return False
    return not find_differences(level=level, wanted=wanted, remote=row)


def _claimed_ids(push: Push) -> set[str]:
    """TikTok ids under the same parent that a row holds already."""
    if push.adgroup is not None:
        rows = AdGroup.objects.filter(campaign=push.adgroup.campaign)
        return set(rows.exclude(remote_id=None).values_list("remote_id", flat=True))  # type: ignore[arg-type]
    if push.ad is not None:
        ads = Ad.objects.filter(adgroup=push.ad.adgroup)
        return set(ads.exclude(remote_id=None).values_list("remote_id", flat=True))  # type: ignore[arg-type]
    campaigns = Campaign.objects.filter(advertiser=push.advertiser)
    return set(campaigns.exclude(remote_id=None).values_list("remote_id", flat=True))  # type: ignore[arg-type]


def _count_unsure(push: Push, wanted: dict[str, Any]) -> int:
    """Rows, this one included, whose call may have made an object that looks the same."""
    rows = Push.objects.filter(advertiser=push.advertiser, aspect=Push.Aspect.BODY, depth=push.depth)
    rows = rows.filter(state__in=[Push.State.UNSURE, Push.State.SENT])
    if push.adgroup is not None:
        rows = rows.filter(adgroup__campaign=push.adgroup.campaign)
    elif push.ad is not None:
        rows = rows.filter(ad__adgroup=push.ad.adgroup)
    rivals = rows.select_related("campaign", "adgroup__campaign", "ad__adgroup", "advertiser")
    level: Level = push.target.level
    return sum(
        row.pk == push.pk or not find_differences(level=level, wanted=wanted, remote=_wanted_body(row))
        for row in rivals
    )


def _hold_surplus(push: Push, gateway: Gateway, surplus: list[dict[str, Any]]) -> None:
    level = push.target.level
    gateway.update_status(level, [str(row[level.id_member]) for row in surplus], DISABLE, urgent=True)


def _describe_surplus(push: Push, surplus: list[dict[str, Any]]) -> dict[str, Any]:
    ids = [str(row[push.target.level.id_member]) for row in surplus]
    return {
        "meaning": "surplus",
        "message": f"TikTok holds {len(ids)} more object(s) like this one than we made, now switched off: {', '.join(ids)}.",
        "surplus": ids,
    }
