"""The ledger of each ad group of a campaign, and what the page of a change says about learning."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.analysis.learning import Entry
from campaigns.models import Campaign, Person, Thing
from campaigns.services.desk import Passenger, list_train, read_campaign
from campaigns.services.edits import EditJudgement
from campaigns.services.learning import Standing
from campaigns.services.locks import find_lock
from campaigns.services.pacing import list_offers
from campaigns.services.pricing import key_of, price_changes
from campaigns.web.proposal_cards import Cost, show_cost
from campaigns.web.words import LEARNING, Word

SHOWN = 50  # entries of one ledger, the newest


@dataclass(frozen=True, slots=True)
class Row:
    standing: Standing
    state: Word
    in_time: str
    by_now: str
    read_at: datetime | None
    entries: Sequence[Entry]
    train: Sequence[Passenger]


def list_ledgers(campaign: Campaign, person: Person, *, waits: bool, now: datetime) -> list[Row]:
    """The ledger of each ad group at TikTok. `waits`: something waits for a lock, so that the trains are worth asking for."""
    return [
        _show(standing, list_train(standing.adgroup, person) if waits and standing.ledger.locked else ())
        for standing in read_campaign(campaign, now=now).values()
    ]


def read_notes(thing: Thing, *, now: datetime) -> dict[str, Any]:
    """The lock of an object, and the free step of each of its amounts by name."""
    offers = {offer.name: offer for offer in list_offers(thing, now=now)}
    return {"lock": find_lock(thing=thing, now=now), "offers": offers, "now": now}


def price_edit(thing: Thing, judgement: EditJudgement, campaign: Campaign, *, now: datetime) -> Cost | None:
    """What the change would cost in learning; None where nothing of it delivers."""
    price = price_changes(judgement=judgement, now=now).get(key_of(thing))
    account = campaign.advertiser
    return show_cost(price.as_json(account.money), account) if price and price.groups else None


def _show(standing: Standing, train: Sequence[Passenger]) -> Row:
    ledger, exit = standing.ledger, standing.exit
    return Row(
        standing=standing,
        state=LEARNING[ledger.state],
        in_time=f"{exit.in_time:.0%}".replace("%", " %") if exit else "",
        by_now=f"{exit.by_now:.0%}".replace("%", " %") if exit else "",
        read_at=max((day.read_at for day in standing.history.days), default=None),
        entries=ledger.entries[: -SHOWN - 1 : -1],
        train=train,
    )
