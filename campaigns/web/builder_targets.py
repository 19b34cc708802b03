"""What may be chosen for a field of a targeting, as the fragment under its search."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campaigns.contract.levels import Level
from campaigns.contract.paths import find_at
from campaigns.models import Advertiser, Thing
from campaigns.queries.targets import KINDS, Target, count_targets, find_targets, is_id, name_targets
from campaigns.web.builder_screen import find_object, find_tree, plain_scene
from campaigns.web.forms import Field
from campaigns.web.forms_adgroup import draw_adgroup_form
from campaigns.web.guard import page

PLACES = "targeting_spec/location_ids"
TEXT_LIMIT = 100  # of what is searched for
_OTHERS = {
    "targeting_spec/audience_ids": ("targeting_spec/excluded_audience_ids", "excluded already"),
    "targeting_spec/excluded_audience_ids": ("targeting_spec/audience_ids", "included already"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """`objection`: why it cannot be chosen beside what is chosen."""

    target: Target
    chosen: bool
    objection: str = ""


@page
@require_safe
def search_targets(request: HttpRequest, pk: int, adgroup_id: int) -> HttpResponse:
    campaign = find_tree(request, pk)
    group = find_object(campaign, Level.ADGROUP, adgroup_id)
    field = draw_adgroup_form(plain_scene(campaign, group)).by_path.get(request.GET.get("field", PLACES))
    if field is None or field.suggest not in KINDS:
        raise Http404("no such field is chosen from a list")
    text = request.GET.get("q", "").replace("\x00", "").strip()[:TEXT_LIMIT]
    found = find_targets(campaign.advertiser, field.suggest, text)
    offers = _judge(campaign.advertiser, group, field, found.targets)
    known = {offer.target.value for offer in offers}
    context = {
        "field": field,
        "offers": offers,
        "more": found.more,
        "text": text,
        "typed": text if text not in known and is_id(field.suggest, text) else "",
        "empty": not count_targets(campaign.advertiser, field.suggest),
        "account": campaign.advertiser,
    }
    return render(request, "builder/targets.html", context)


def _judge(account: Advertiser, group: Thing, field: Field, targets: tuple[Target, ...]) -> list[Offer]:
    chosen = _chosen(group, field.path)
    named = name_targets(account, field.suggest, chosen)
    holders = {holder: target for target in named.values() for holder in target.within}
    other, said = _OTHERS.get(field.path, ("", ""))
    others = _chosen(group, other) if other else ()
    return [
        Offer(
            target,
            target.value in chosen,
            said if target.value in others else _find_nesting(field, target, named, holders),
        )
        for target in targets
    ]


def _find_nesting(
    field: Field, target: Target, named: Mapping[str, Target], holders: Mapping[str, Target]
) -> str:
    """A place inside another that is chosen, or the reverse: TikTok takes only one of them (R56)."""
    if field.suggest != "places":
        return ""
    holder = next((key for key in target.within if key in named), None)
    if holder is not None:
        return f"lies inside {named[holder].name}, which is chosen (R56)"
    if target.value in holders:
        return f"{holders[target.value].name} inside it is chosen (R56)"
    return ""


def _chosen(group: Thing, path: str) -> tuple[str, ...]:
    stored = find_at(group.wanted, path)
    return tuple(map(str, stored)) if isinstance(stored, list) else ()
