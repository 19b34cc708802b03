"""Surprises: TikTok refused what our rules passed, or holds what they refuse. Kept with all that helps to mend the rules."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from importlib import resources

from campaigns.models import Campaign, Push, Surprise
from campaigns.rules.findings import Finding
from campaigns.sync.flipping import name_target
from campaigns.tiktok.errors import TikTokError

_BOOK = ("campaigns.rules", "campaigns.contract")


def note_refused(push: Push, error: TikTokError, *, now: datetime) -> None:
    """TikTok refused a call that had passed the last check. The caller holds the campaign."""
    thing = push.target
    Surprise.objects.create(
        kind=Surprise.Kind.REFUSED,
        advertiser_id=push.advertiser_id,
        campaign_ref=push.root_id,
        target=name_target(thing),
        label=thing.label,
        endpoint=error.endpoint,
        code=error.code,
        message=error.message,
        request=dict(error.request or {}),
        answer=error.as_json(),
        rules_version=read_rules_version(),
        at=now,
    )


def note_accepted(campaign: Campaign, findings: Iterable[Finding], *, now: datetime) -> None:
    """TikTok holds, by somebody else's hand, what our rules would have refused."""
    found = list(findings)
    Surprise.objects.create(
        kind=Surprise.Kind.ACCEPTED,
        advertiser_id=campaign.advertiser_id,
        campaign_ref=campaign.pk,
        target="campaign",
        label=campaign.label,
        endpoint="smart_plus/campaign/get/",
        message="; ".join(dict.fromkeys(finding.rule for finding in found)),
        request={},
        answer={"findings": [finding.as_json() for finding in found]},
        rules_version=read_rules_version(),
        at=now,
    )


@cache
def read_rules_version() -> str:
    """Which rules were asked: a digest of the rule book and the contract as they stand in this process."""
    digest = hashlib.sha256()
    for package in _BOOK:
        for entry in sorted(resources.files(package).iterdir(), key=lambda item: item.name):
            if entry.is_file() and entry.name.endswith((".py", ".toml")):
                digest.update(entry.name.encode() + b"\0" + entry.read_bytes())
    return digest.hexdigest()[:12]
