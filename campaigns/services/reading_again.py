"""Reading one campaign's tree now, because somebody wants to know before the next reading is due.

It goes through the ordinary lanes, behind stops and publishing, and at most once in a while for each campaign: a tree takes
three calls or more of the quota that all accounts of an app share, and a button is pressed, or a script run, again and again.
TikTok itself may show what was up to `push.visibility_bound` ago, so that asking oftener tells hardly more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.models import Campaign, Person
from campaigns.rules.authority import Act
from campaigns.rules.policy import house_policy
from campaigns.services.access import require
from campaigns.services.errors import TooSoon, Unreachable, WrongState
from campaigns.sync import meter, mirror
from campaigns.sync.connections import note_refused
from campaigns.sync.gateway import PLAIN_ROAD, Gateway, Road
from campaigns.sync.pull import pull_campaigns
from campaigns.sync.turns import OutOfRoom
from campaigns.tiktok.errors import Meaning, TikTokError


@dataclass(frozen=True, slots=True)
class Reread:
    """When a reading began, by real time, and how many of the tree's objects stood otherwise than at the last one.

    `shown`: whether TikTok showed the campaign at all. One that it does not show is taken for gone once the row was not
    confirmed for longer than a reading may be stale: then `gone`.
    """

    at: datetime
    moved: int
    shown: bool = True
    gone: bool = False


def read_again(*, actor: Person, campaign: Campaign, now: datetime, road: Road = PLAIN_ROAD) -> Reread:
    """Reads a campaign with everything below it back, and books what moved, drift and what was made elsewhere in it.

    Raises WrongState for what is not at TikTok, TooSoon, Unreachable (with TikTok's words), Forbidden.
    """
    require(actor, campaign.advertiser, Act.LOOK)
    if not campaign.remote_id or campaign.is_removed:
        raise WrongState(f"{campaign.label} does not stand at TikTok: there is nothing to read.")
    _take_turn(campaign, now=road.clock())
    gateway = Gateway(campaign.advertiser, road)
    try:
        walk = pull_campaigns(gateway, [campaign], now=now)
    except TikTokError as error:
        if error.meaning is Meaning.TOKEN:
            note_refused(campaign.advertiser.connection, error, now=road.clock())
        if error.meaning in (Meaning.THROTTLED, Meaning.PACED):
            raise _put_off(gateway, error) from error
        raise Unreachable(
            f"{campaign.label} was not read: {error.message.rstrip('.')}. What is shown is older."
        ) from error
    shown = campaign.remote_id in walk.seen
    if shown:  # what was not seen says nothing of the row, and must not put off that it is taken for gone
        mirror.note_read(campaign, at=walk.begun)
    gone = Campaign.objects.filter(pk=campaign.pk, vanished_at__isnull=False).exists()
    return Reread(walk.begun, walk.moved, shown, gone)


def _take_turn(campaign: Campaign, *, now: datetime) -> None:
    apart = house_policy().seconds("pull.again_apart")
    rate = 1 / apart.total_seconds()
    wait = meter.reserve(key=f"look:{campaign.pk}", rate=rate, now=now, longest=timedelta(0))
    if wait > timedelta(0):
        raise TooSoon(
            f"{campaign.label} was read a moment ago. It can be read again in {_count(wait)} seconds.", wait
        )


def _put_off(gateway: Gateway, error: TikTokError) -> TooSoon:
    if isinstance(error, OutOfRoom):
        wait = error.wait
    else:
        wait = house_policy().seconds("meter.throttle_pause")
        gateway.penalise(wait)
    said = (
        f"TikTok takes no more calls just now; what goes out goes first. Try again in {_count(wait)} seconds."
    )
    return TooSoon(said, wait)


def _count(wait: timedelta) -> int:
    """Whole seconds, never none."""
    return max(1, -(-int(wait.total_seconds() * 1000) // 1000))
