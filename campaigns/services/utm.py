"""The set of URL parameters that an account adds to its landing pages: kept with the account, in the journal."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from campaigns.contract.choices import UTM_MACROS
from campaigns.contract.levels import Level
from campaigns.contract.limits import UTM_PARAMS
from campaigns.contract.members import members_of
from campaigns.contract.shape import Malformed
from campaigns.models import Advertiser, Change, Person
from campaigns.rules.authority import Act
from campaigns.rules.destination import find_unknown_macros
from campaigns.services.access import require
from campaigns.services.errors import NotWellFormed

Param = Mapping[str, str]  # key, value


def set_utm(
    *, actor: Person, door: str, advertiser: Advertiser, params: Sequence[Param], now: datetime
) -> list[dict[str, str]]:
    """Puts the set in place of the old one; an empty one takes it away. Raises NotWellFormed, Forbidden.

    Ads keep what they have: the rules tell which of them lack a parameter, and offer to add it.
    """
    require(actor, advertiser, Act.UTM)
    wanted = [{name: item[name].replace("\x00", "").strip() for name in ("key", "value")} for item in params]
    problems = tuple(_find_problems(wanted))
    if problems:
        raise NotWellFormed("The set was not saved.", problems)
    with transaction.atomic(durable=True):
        standing = Advertiser.objects.select_for_update().get(pk=advertiser.pk).utm_params
        if standing != wanted:
            Advertiser.objects.filter(pk=advertiser.pk).update(utm_params=wanted)
            Change.objects.create(
                advertiser=advertiser,
                actor=actor,
                door=door,
                act=Change.Act.UTM,
                target="utm",
                before={"utm_params": standing},
                after={"utm_params": wanted},
                at=now,
            )
    advertiser.utm_params = wanted
    return wanted


def _find_problems(params: Sequence[Param]) -> Iterator[Malformed]:
    """A mistake in the set would stand in every address, so it is refused here; a single ad is only advised."""
    if len(params) > UTM_PARAMS:
        yield Malformed("utm_params", f"TikTok takes {UTM_PARAMS} parameters; here are {len(params)}")
    bounds = {
        name: members_of(Level.AD)[f"ad_configuration.utm_params[].{name}"].max_length
        for name in ("key", "value")
    }
    times = Counter(item["key"] for item in params)
    for index, item in enumerate(params):
        for name, most in bounds.items():
            if not item[name]:
                yield Malformed(f"utm_params/{index}/{name}", f"parameter {index + 1} has no {name}")
            elif most and len(item[name]) > most:
                yield Malformed(
                    f"utm_params/{index}/{name}",
                    f"the {name} of parameter {index + 1} has {len(item[name])} characters; TikTok takes {most}",
                )
        if item["key"] and times[item["key"]] > 1:
            yield Malformed(f"utm_params/{index}/key", f"{item['key']} stands twice; keep one")
        for macro in find_unknown_macros(item["value"]):
            yield Malformed(
                f"utm_params/{index}/value",
                f"{macro} is no macro of TikTok's; known are {', '.join(UTM_MACROS)}",
            )
