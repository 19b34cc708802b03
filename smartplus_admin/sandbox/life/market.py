"""What a thousand impressions cost, who clicks, who buys: an ad group's and a creative's own nature and the day's mood."""

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Self

from smartplus_admin.sandbox.life.chance import draw, spread
from smartplus_admin.sandbox.life.picture import CampaignPicture, GroupPicture


@cache
def read_market() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("market.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Nature:
    """An ad group's lasting traits, in minor units of the account's currency where it is money."""

    price: float  # a thousand impressions
    click: float
    result: float  # per landed visit
    audience: float  # people
    value: float  # of one purchase
    pays: bool  # whether results are purchases

    @classmethod
    def of(cls, campaign: CampaignPicture, group: GroupPicture, seed: int) -> Self:
        market = read_market()
        own, modules = market["noise"]["object"], market["modules"]
        price, click, result, audience, value, *_ = draw(seed, f"nature/{group.id}")
        per_dollar = campaign.coin.per_dollar
        low, high = market["audience_by_hand" if group.targeted_by_hand else "audience"]
        people = (low + audience * (high - low)) * market["narrowing"] ** group.narrowing
        rates = market["result"]
        event = group.event if group.event in rates else group.goal
        rate = (
            1.0 if group.goal in ("CLICK", "TRAFFIC_LANDING_PAGE_VIEW") else rates.get(event, rates["other"])
        )
        return cls(
            price=market["price"]
            * per_dollar
            * spread(price, own)
            * (modules["targeting_price"] if group.targeted_by_hand else 1.0)
            * (modules["placement_price"] if group.placed_by_hand else 1.0),
            click=market["click"] * spread(click, own / 2),
            result=min(
                1.0,
                rate
                * (spread(result, own) if rate < 1 else 1.0)
                * (modules["targeting_result"] if group.targeted_by_hand and rate < 1 else 1.0),
            ),
            audience=people,
            value=market["order_value"] * per_dollar * spread(value, own),
            pays=event == "SHOPPING" or group.goal == "VALUE" or group.event == "ACTIVE_PAY",
        )


@lru_cache(maxsize=50_000)
def judge_creative(seed: int, ad_id: str, material: str) -> tuple[float, float]:
    """How well a creative hooks and how well it makes people click, around 1."""
    hook, click, *_ = draw(seed, f"creative/{ad_id}/{material}")
    sigma = read_market()["noise"]["creative"]
    return spread(hook, sigma), spread((2 * click + hook) / 3, sigma)


@lru_cache(maxsize=50_000)
def find_mood(seed: int, key: str, day: int) -> tuple[float, float, float]:
    """An object's day: price, clicks, results around 1; three days running resemble each other."""
    sigma = read_market()["noise"]["day"]
    days = [draw(seed, f"day/{key}", day - back)[:3] for back in range(3)]
    price, click, result = (spread(sum(column) / 3, sigma * 1.7) for column in zip(*days, strict=True))
    return price, click, result
