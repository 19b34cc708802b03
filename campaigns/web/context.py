"""What every page stands in: the world strip, the navigation, the person. Read only when a template asks."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from campaigns import queries
from campaigns.models import Advertiser, Membership, Person
from campaigns.rules.authority import OUTWARD, Act, Role, may
from campaigns.sync.clock import read_now

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class World:
    """Which party our calls reach."""

    key: str
    name: str
    words: str
    icon: str


@dataclass(frozen=True, slots=True)
class NavItem:
    title: str
    icon: str
    href: str
    current: bool
    key: str = ""  # pressed after `g`
    count: int = 0
    counted: str = ""  # what is counted, in words


def find_world() -> World:
    if urlsplit(settings.TIKTOK_API_URL).hostname in LOOPBACK:
        return World("sandbox", "Sandbox", "Nothing here reaches TikTok and no money is spent.", "school")
    return World("live", "Live", "What you launch here is made at TikTok and spends real money.", "world")


def write_initials(name: str) -> str:
    return "".join(word[0] for word in name.split()[:2]).upper() or "?"


class Shell:
    """Lazy: an error page must not ask the database for what it does not show."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def now(self) -> datetime:
        return read_now()

    @cached_property
    def person(self) -> Person | None:
        user = getattr(self._request, "user", None)
        return user if isinstance(user, Person) or getattr(user, "is_authenticated", False) else None

    @property
    def zone(self) -> str:
        return self.person.time_zone if self.person else "UTC"

    @property
    def initials(self) -> str:
        return write_initials(self.person.display_name if self.person else "")

    @cached_property
    def _memberships(self) -> Sequence[Membership]:
        return queries.memberships_of(self.person) if self.person else []

    @cached_property
    def roles(self) -> dict[int, Role]:
        """The person's role by our id of the account. With the accounts one query a page."""
        return {item.advertiser_id: Role(item.role) for item in self._memberships}

    @cached_property
    def accounts(self) -> Sequence[Advertiser]:
        return [item.advertiser for item in self._memberships]

    def allows(self, account: int, act: Act) -> bool:
        """Whether the person's role in an account of theirs allows an act, and the account is connected where that matters."""
        role = self.roles.get(account)
        return role is not None and may(role, act) and not (act in OUTWARD and account in self._away)

    @cached_property
    def _away(self) -> set[int]:
        return {item.pk for item in self.accounts if item.disconnected_at}

    @property
    def may_draft(self) -> bool:
        return any(may(role, Act.DRAFT) for role in self.roles.values())

    @property
    def may_connect(self) -> bool:
        return any(may(role, Act.CONNECT) for role in self.roles.values())

    @property
    def demo(self) -> bool:
        return bool(settings.SMARTPLUS_DEMO)

    @cached_property
    def news(self) -> queries.News:
        """What the person is told of: one query a page."""
        return queries.count_news(self.person) if self.person else queries.News()

    @cached_property
    def world(self) -> World:
        return find_world()

    @cached_property
    def nav(self) -> list[NavItem]:
        items = [
            self._item("Home", "home", "today", "h"),
            self._item("Campaigns", "layout-dashboard", "home", "c"),
            self._item("Proposals", "gavel", "proposals", "q", self.news.needing, "for you"),
            self._item("Learning", "calendar-time", "learning", "l"),
            self._item("Notices", "bell", "notices", "b", self.news.unseen, "new"),
            self._item("Drift", "git-compare", "drift", "d"),
            self._item("Accounts", "building", "accounts", "a"),
            self._item("Rules", "list-check", "rules", "r"),
            self._item("Policy", "adjustments", "policy", "p"),
        ]
        with suppress(NoReverseMatch):  # the schema may be served without its page
            items.append(NavItem("REST", "plug-connected", reverse("api-docs"), False))
        return items

    def _item(self, title: str, icon: str, name: str, key: str, count: int = 0, counted: str = "") -> NavItem:
        path, href = self._request.path, reverse(name)
        current = path.startswith("/campaigns/") or path == href if href == "/" else path.startswith(href)
        return NavItem(title, icon, href, current, key, count, counted)


def shell(request: HttpRequest) -> dict[str, Shell]:
    return {"shell": Shell(request)}
