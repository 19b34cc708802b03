"""What the lists show of a campaign: rows and the attention strip, made from reads. Asks the database for nothing itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.shape import read_money
from campaigns.contract.statuses import list_refused
from campaigns.models import Campaign, Change
from campaigns.models.campaign import State
from campaigns.queries import News, TreeSummary
from campaigns.queries.attention import Trouble
from campaigns.queries.pace import Pace
from campaigns.queries.weeks import Week
from campaigns.rules.authority import Act, Role, may
from campaigns.web.sparkline import Sparkline, draw
from campaigns.web.words import STATES, Word, is_moving, say_delivery

OWN_BUDGETS = ("BUDGET_MODE_INFINITE", "")


@dataclass(frozen=True, slots=True)
class Budget:
    """The amount as TikTok holds it, else as wanted. `amount` None: every ad group has its own."""

    amount: Any
    mode: str


@dataclass(frozen=True, slots=True)
class Row:
    campaign: Campaign
    delivery: Word | None
    budget: Budget
    tree: TreeSummary
    change: Change | None
    read_at: datetime | None
    week: Week
    pace: Pace | None = None  # of a launch, or of a growth, that is under way or rests

    @property
    def spark(self) -> Sparkline | None:
        return draw([day.spend for day in self.week.days])

    @property
    def denied(self) -> int:
        """Ads of a live campaign that TikTok's review refused, wholly or in part."""
        if self.campaign.state != State.LIVE:
            return 0
        return sum(self.tree.ads.get(status, 0) for status in list_refused(Level.AD))

    @property
    def wanted_budget(self) -> Any:
        """The amount that is wanted, where TikTok holds another one; else None."""
        wanted, held = (
            read_amount(item) for item in (self.campaign.wanted.get("budget"), self.budget.amount)
        )
        if self.campaign.drifting_since is None or wanted is None or wanted == held:
            return None
        return wanted

    @property
    def moving(self) -> bool:
        """On its way or in review: its next status is worth waiting for."""
        if self.pace is not None and not self.pace.paused:
            return True
        if self.pace is None and self.campaign.state == State.LAUNCHING:  # it is being cancelled
            return True
        return self.delivery is not None and is_moving(self.delivery)


@dataclass(frozen=True, slots=True)
class Attention:
    """One thing that needs somebody, with the way there."""

    count: int
    words: str
    more: str
    tone: str
    icon: str
    query: str = ""
    campaign: int | None = None
    page: str = ""  # the name of another page's address


def make_row(
    campaign: Campaign, tree: TreeSummary, change: Change | None, week: Week, pace: Pace | None = None
) -> Row:
    shown = campaign.state in (State.LIVE, State.PAUSED)
    delivery = (
        say_delivery(campaign.secondary_status, tree.adgroups, tree.ads, on=campaign.is_on) if shown else None
    )
    if delivery is not None and delivery.text == STATES[campaign.state].text:
        delivery = None  # the badge says so already
    return Row(campaign, delivery, read_budget(campaign), tree, change, read_time(campaign), week, pace)


def read_amount(value: Any) -> Decimal | None:
    try:
        return read_money(value) if value not in (None, "") else None
    except ValueError:
        return None


def read_budget(campaign: Campaign) -> Budget:
    def member(name: str) -> Any:
        remote = campaign.remote_member(name)
        return campaign.wanted.get(name) if remote is None else remote

    mode = str(member("budget_mode") or "")
    amount = member("budget")
    if campaign.wanted.get("budget_optimize_on") is False and (mode in OWN_BUDGETS or not amount):
        return Budget(None, "BUDGET_MODE_INFINITE")
    return Budget(amount, mode)


def read_time(campaign: Campaign) -> datetime | None:
    """When TikTok was last asked: an unchanged object costs no write, so the account's last pull counts too."""
    if campaign.remote_read_at is None:
        return None
    pulled = campaign.advertiser.pulled_at
    return max(campaign.remote_read_at, pulled) if pulled else campaign.remote_read_at


def list_attention(
    states: Mapping[str, int],
    trouble: Trouble,
    roles: Mapping[int, Role],
    refused: Sequence[str],
    news: News,
) -> list[Attention]:
    """What needs somebody, worst first. Drafts only for those who may finish them."""
    found: list[Attention] = []
    if count := states.get(State.NEEDS_PERSON, 0):
        found.append(
            Attention(
                count,
                "needs a person" if count == 1 else "need a person",
                "Nobody can be sure what TikTok holds.",
                "bad",
                "hand-stop",
                "state=needs_person",
            )
        )
    if broken := trouble.broken:
        words = "change broke off" if broken == 1 else "changes broke off"
        said = "A fault of ours; nothing is tried again by itself."
        found.append(Attention(broken, words, said, "bad", "hand-stop", page="today"))
    if count := states.get(State.FAILED, 0):
        found.append(
            Attention(
                count,
                "launch stopped" if count == 1 else "launches stopped",
                "Refused by TikTok; mend and launch again.",
                "bad",
                "circle-x",
                "state=failed",
            )
        )
    if news.needing:
        words = "proposal waits for you" if news.needing == 1 else "proposals wait for you"
        found.append(
            Attention(news.needing, words, "Money at risk first.", "wait", "gavel", page="proposals")
        )
    for name in refused:
        found.append(
            Attention(
                1,
                "connection to mend",
                f"TikTok does not take or renew the token of {name}.",
                "bad",
                "plug-connected",
                page="accounts",
            )
        )
    if denied := trouble.denied:
        words = "ad refused in review" if denied == 1 else "ads refused in review"
        said = "In live campaigns; TikTok says why."
        found.append(Attention(denied, words, said, "bad", "ban", page="reviews"))
    if turned := trouble.refused:
        words = "change refused" if turned == 1 else "changes refused"
        said = "TikTok would not take them; what is live runs on."
        found.append(Attention(turned, words, said, "bad", "circle-x", page="refused"))
    if drifting := trouble.drifting:
        words = "campaign held otherwise" if drifting == 1 else "campaigns held otherwise"
        said = "Changed at TikTok, refused there or broken off here: keep ours or take theirs."
        found.append(Attention(drifting, words, said, "wait", "git-compare", page="drift"))
    if stuck := trouble.stuck:
        found.append(
            Attention(
                stuck,
                "waiting for TikTok",
                "No clear answer yet; we look and try again by ourselves.",
                "wait",
                "hourglass",
                "state=launching",
            )
        )
    if news.opened:
        words = "lock opened" if news.opened == 1 else "locks opened"
        found.append(
            Attention(
                news.opened, words, "Changes go out at once again.", "good", "lock-open", page="notices"
            )
        )
    if any(may(role, Act.DRAFT) for role in roles.values()) and (count := states.get(State.DRAFT, 0)):
        found.append(
            Attention(
                count, "to finish", "Drafts; nothing of them is at TikTok.", "quiet", "edit", "state=draft"
            )
        )
    return found
