"""The chip of a campaign that was made from another, for pages that know nothing of it."""

from typing import Any

from django import template

from campaigns.models import Campaign
from campaigns.web.origin import read_origin

register = template.Library()


@register.inclusion_tag("campaign/origin_chip.html")
def origin_chip(campaign: Campaign) -> dict[str, Any]:
    return {"campaign": campaign, **(read_origin(campaign) if campaign.made_from_id else {})}
