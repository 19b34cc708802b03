"""Opens anything: objects by name or TikTok's id, accounts, rules, pages. A page of its own, and the fragment behind ⌘K."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from campaigns import queries
from campaigns.models import Person
from campaigns.rules.passports import list_passports
from campaigns.web.context import Shell
from campaigns.web.guard import is_fragment, page, person_of
from campaigns.web.words import STATES

MOST = 7  # of each kind: who sees more than a screen types one letter more
LEAST = 2  # letters before the objects are searched

_PAGES = (
    ("New campaign", "builder-new", "plus", "create draft"),
    ("Signing in", "doors", "shield-lock", "second factor two-factor sessions password"),
    ("People", "people", "users", "members roles invite limits"),
    ("Tokens", "tokens", "key", "rest clients scopes"),
    ("Webhooks", "webhooks", "send", "notices messages"),
    ("Journal", "audit", "history", "audit who what when changes"),
    ("My time zone", "person", "clock", "settings zone"),
)


@dataclass(frozen=True, slots=True)
class Hit:
    title: str
    more: str
    icon: str
    href: str


@page
def find(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:200]
    person = person_of(request)
    hits = [*_find_pages(Shell(request), text)]
    if len(text) >= LEAST:
        hits = [*_find_objects(person, text), *hits, *_find_rules(text)]
    template = "find/hits.html" if is_fragment(request) else "find/page.html"
    return render(request, template, {"hits": hits, "text": text, "least": LEAST})


def _find_objects(person: Person, text: str) -> Iterator[Hit]:
    named = Q(name__icontains=text) | Q(remote_id=text)
    for campaign in queries.visible_campaigns(person).filter(named)[:MOST]:
        more = f"{STATES[campaign.state].text} · {campaign.advertiser.name}"
        yield Hit(campaign.label, more, "flag", reverse("campaign", args=[campaign.pk]))
    for group in queries.visible_adgroups(person).filter(named)[:MOST]:
        href = f"{reverse('campaign', args=[group.campaign_id])}#adgroup-{group.pk}"
        yield Hit(group.label, f"ad group of {group.campaign.label}", "folder", href)
    for ad in queries.visible_ads(person).filter(named)[:MOST]:
        href = f"{reverse('campaign', args=[ad.adgroup.campaign_id])}#ad-{ad.pk}"
        yield Hit(ad.label, f"ad of {ad.adgroup.campaign.label}", "video", href)
    accounts = queries.visible_to(person).filter(Q(name__icontains=text) | Q(advertiser_id=text))
    for account in accounts[:MOST]:
        href = f"{reverse('home')}?account={account.advertiser_id}"
        yield Hit(account.name, f"account {account.advertiser_id}", "building", href)


def _find_pages(shell: Shell, text: str) -> Iterator[Hit]:
    known = [(item.title, item.href, item.icon, "") for item in shell.nav]
    known += [
        (title, reverse(name), icon, words)
        for title, name, icon, words in _PAGES
        if name != "builder-new" or shell.may_draft
    ]
    for title, href, icon, words in known:
        if text.lower() in f"{title} {words}".lower():
            yield Hit(title, "page", icon, href)


def _find_rules(text: str) -> Iterator[Hit]:
    words = text.lower()
    found = [rule for rule in list_passports() if words in rule.id or words in rule.sentence.lower()]
    for rule in found[:MOST]:
        yield Hit(rule.id, rule.sentence, "list-check", f"{reverse('rules')}?q={rule.id}")
