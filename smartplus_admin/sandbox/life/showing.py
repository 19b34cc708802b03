"""What an hour's money buys: impressions, clicks, landed visits and results of each ad, and when they are heard of."""

import math
from dataclasses import dataclass

from smartplus_admin.sandbox.life.auction import GroupHour
from smartplus_admin.sandbox.life.calendar import LocalHour
from smartplus_admin.sandbox.life.chance import choose, count, draw, spread
from smartplus_admin.sandbox.life.market import judge_creative, read_market
from smartplus_admin.sandbox.life.parts import Part
from smartplus_admin.sandbox.life.picture import AdPicture
from smartplus_admin.sandbox.life.state import CampaignState

SURE = 1.6  # how strongly delivery prefers the ad that is clicked more
LEAST_FRESH = 0.25  # a worn creative is still looked at a little
VALUE_SPREAD = 0.45
FIRST_GUESS = 0.015  # the first report of spend lies up to so much below what is billed in the end


@dataclass(frozen=True, slots=True)
class Shown:
    """One ad in one hour. Money in minor units."""

    adgroup_id: str
    ad_id: str
    hour: int
    day: int
    local_hour: int
    spend: int
    guess: int  # spend as reported until the correction
    impressions: int
    reached: int
    watched: int  # two seconds
    clicks: int
    landed: int  # as the pixel tells


@dataclass(frozen=True, slots=True)
class Result:
    """One result of the ad group's own event: shown in `hour`, happened in `at`."""

    adgroup_id: str
    ad_id: str
    hour: int
    at: int
    value: int  # of a purchase, else 0
    by_view: bool
    heard: bool  # False: it happened, and TikTok was not told


@dataclass(slots=True)
class PartShown:
    """What of one ad's day goes to one of its parts, in thousandths, so that sums do not depend on their order."""

    part: Part
    adgroup_id: str
    shown: int = 0
    clicked: int = 0


Parts = dict[tuple[str, int, str, str], PartShown]  # ad, day, kind, id within the ad


def show_group(
    state: CampaignState,
    meeting: GroupHour,
    amount: int,
    seed: int,
    hour: int,
    local: LocalHour,
    parts: Parts,
) -> tuple[list[Shown], list[Result]]:
    """Adds what goes to the parts of each ad to `parts`."""
    group_state = meeting.state
    market = read_market()
    forgotten = (hour - group_state.recent_at) / (market["memory_days"] * 24)
    group_state.recent, group_state.recent_at = group_state.recent * math.exp(-forgotten), hour
    if amount <= 0:
        return [], []
    looks = [_look_at(state, ad, meeting, seed, hour) for ad, _ in meeting.ads]
    weights = [look.click**SURE * part for (_, part), look in zip(meeting.ads, looks, strict=True)]
    total = sum(weights)
    spends = [int(amount * weight / total) for weight in weights]
    spends[max(range(len(weights)), key=weights.__getitem__)] += amount - sum(spends)
    shown: list[Shown] = []
    results: list[Result] = []
    for (ad, _), look, spend in zip(meeting.ads, looks, spends, strict=True):
        if spend <= 0:
            continue
        row = _show_ad(meeting, ad, look, spend, seed, hour, local)
        shown.append(row)
        results += _draw_results(meeting, ad, row, seed, hour)
        _note_parts(parts, state, ad, look, row, seed)
        group_state.recent += row.impressions
    return shown, results


@dataclass(frozen=True, slots=True)
class Look:
    """How an ad is clicked and watched, around 1, and which part of it each creative has: (shown, clicked)."""

    click: float
    hook: float
    shares: tuple[tuple[float, float], ...]


def _look_at(state: CampaignState, ad: AdPicture, meeting: GroupHour, seed: int, hour: int) -> Look:
    """The mean of its creatives, each as worn as it is; the better one is shown more often."""
    wear_out = read_market()["wear_out"] * meeting.nature.audience
    weights, clicks = [], []
    hook = 0.0
    for part in ad.materials:
        shown, first = state.worn.get(f"{ad.id}/{part.id}", (0.0, float(hour)))
        fresh = 1 / (1 + shown / wear_out)
        for since, half_days in meeting.trouble.wearing:
            fresh *= 0.5 ** (max(0.0, hour - max(since, first)) / 24 / half_days)
        fresh = max(LEAST_FRESH, fresh)
        own_hook, own_click = judge_creative(seed, ad.id, part.id)
        clicks.append(own_click * fresh)
        weights.append(clicks[-1])
        hook += clicks[-1] * own_hook * math.sqrt(fresh)
    total = sum(weights)
    clicked = sum(weight * click for weight, click in zip(weights, clicks, strict=True))
    lift = read_market()["modules"]["enhanced_click"] if ad.enhanced else 1.0
    shares = tuple(
        (weight / total, weight * click / clicked) for weight, click in zip(weights, clicks, strict=True)
    )
    return Look(clicked / total * lift, hook / total, shares)


def _note_parts(parts: Parts, state: CampaignState, ad: AdPicture, look: Look, row: Shown, seed: int) -> None:
    """Divides an hour among creatives, texts and calls to action, and wears the creatives."""
    for part, (shown, clicked) in zip(ad.materials, look.shares, strict=True):
        worn = state.worn.setdefault(f"{ad.id}/{part.id}", [0.0, float(row.hour)])
        worn[0] += row.impressions * shown
        _add_part(parts, part, row, shown, clicked)
    for words in ad.words:
        weights = [judge_creative(seed, ad.id, part.id)[1] for part in words]
        total = sum(weights)
        for part, weight in zip(words, weights, strict=True):
            _add_part(parts, part, row, weight / total, weight / total)


def _add_part(parts: Parts, part: Part, row: Shown, shown: float, clicked: float) -> None:
    key = (row.ad_id, row.day, part.kind, part.id)
    noted = parts.get(key)
    if noted is None:
        noted = parts[key] = PartShown(part, row.adgroup_id)
    noted.shown += round(row.impressions * shown * 1_000)
    noted.clicked += round(row.clicks * clicked * 1_000)


def _show_ad(
    meeting: GroupHour,
    ad: AdPicture,
    look: Look,
    spend: int,
    seed: int,
    hour: int,
    local: LocalHour,
) -> Shown:
    market = read_market()
    chances = draw(seed, f"ad/{ad.id}", hour)
    impressions = max(1, round(spend / meeting.price * 1_000))
    clicks = min(impressions, count(impressions * meeting.click * look.click, chances[0]))
    landed = choose(clicks, meeting.landing * meeting.landing_seen, chances[1])
    return Shown(
        adgroup_id=meeting.group.id,
        ad_id=ad.id,
        hour=hour,
        day=local.day,
        local_hour=local.hour,
        spend=spend,
        guess=spend - int(spend * FIRST_GUESS * chances[2]),
        impressions=impressions,
        reached=max(1, round(impressions / (1 + market["saturation"]["frequency"] * meeting.saturation))),
        watched=choose(impressions, market["hook"] * look.hook, chances[3]),
        clicks=clicks,
        landed=landed,
    )


def _draw_results(meeting: GroupHour, ad: AdPicture, row: Shown, seed: int, hour: int) -> list[Result]:
    """Results of this hour's visits and views, each with the hour in which it happens."""
    market, group = read_market(), meeting.group
    visits = row.clicks * meeting.landing
    if group.goal == "CLICK":
        visits = float(row.clicks)
    viewed = market["view_through"] if group.view_days and meeting.result < 1 else 0.0
    mean = visits * meeting.result * (1 + viewed)
    number = count(mean, draw(seed, f"results/{ad.id}", hour)[0])
    if meeting.result >= 1:  # a click or a loaded page is the result
        number = min(row.clicks, number)
        return [Result(group.id, ad.id, hour, hour, 0, False, True) for _ in range(number)]
    results = []
    for index in range(number):
        chances = draw(seed, f"result/{ad.id}/{index}", hour)
        by_view = chances[0] < viewed / (1 + viewed)
        window = (group.view_days if by_view else max(1, group.click_days)) * 24
        late = chances[1] >= market["at_once"]
        lag = min(window - 1, int(-math.log(chances[2]) * market["lag_hours"])) if late else 0
        value = round(meeting.nature.value * spread(chances[3], VALUE_SPREAD)) if meeting.nature.pays else 0
        results.append(Result(group.id, ad.id, hour, hour + lag, value, by_view, chances[4] < meeting.signal))
    return results
