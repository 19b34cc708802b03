"""Rows of the list of campaigns as HTML. Written here and not in a template: drawing 25 of them took most of a page's time."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from campaigns.models import Advertiser, Change
from campaigns.queries.pace import Pace
from campaigns.web.rows import Row
from campaigns.web.sparkline import BAR, Sparkline
from campaigns.web.templatetags.smartplus import ago, icon, money, short, span, state_badge
from campaigns.web.words import CHANGES, say_word


@dataclass(frozen=True)
class Sheet:
    """What the rows of a page share: their columns, in which accounts one may edit, and the list's address to come back to."""

    columns: Sequence[str]
    editing: Container[int]
    here: str
    context: Mapping[str, Any]  # the page's, for the reader's clock

    @cached_property
    def back(self) -> str:
        return quote(self.here)

    def ago(self, moment: object, account: Advertiser) -> str:
        return ago(self.context, moment, account)


def draw_row(row: Row, sheet: Sheet) -> SafeString:
    campaign = row.campaign
    cells = "".join(_CELLS[key](row, sheet) for key in sheet.columns)
    return mark_safe(
        f'<tr id="row-{campaign.pk}" data-row><td class="list-pick"><input type="checkbox" class="form-check-input"'
        f' id="pick-{campaign.pk}" name="pick" value="{campaign.pk}" form="bulk"'
        f' aria-label="Choose {escape(campaign.label)}"></td>{cells}</tr>'
    )


def _draw_name(row: Row, sheet: Sheet) -> str:
    campaign = row.campaign
    pk, label = campaign.pk, escape(campaign.label)
    name = label if campaign.name else f"<em>{label}</em>"
    edit = copy = ""
    if campaign.remote_id and not campaign.is_removed and campaign.advertiser_id in sheet.editing:
        href = escape(f"{reverse('campaign-change', args=[pk])}?back={sheet.back}")
        edit = (
            f'<a class="row-edit btn btn-icon btn-sm" id="edit-{pk}" data-edit href="{href}" hx-get="{href}"'
            f' hx-target="closest tr" hx-swap="outerHTML" aria-label="Edit {label}"'
            f' title="Edit name, budget, schedule, switch">{icon("edit")}</a>'
        )
    if campaign.remote_id:
        text = escape(campaign.remote_id)
        copy = (
            f'<span class="copy"><code>{text}</code><button type="button" class="copy-button" id="copy-{pk}"'
            f' data-copy="{text}" aria-label="Copy TikTok id {text}" title="Copy" hidden>{icon("copy")}</button></span>'
        )
    return (
        f'<td class="list-name" data-label="Campaign"><a id="open-{pk}" href="{reverse("campaign", args=[pk])}"'
        f' title="{label}">{name}</a>{edit} {copy or "<small>not at TikTok</small>"}</td>'
    )


def _draw_state(row: Row, sheet: Sheet) -> str:
    campaign = row.campaign
    said = mend = launch = ""
    if row.pace or campaign.state == "launching":
        href = reverse("launch-progress", args=[campaign.pk])
        tone = " tone-wait" if row.pace and row.pace.paused else ""
        words = _say_pace(row.pace, grows=campaign.launch.grows) if row.pace else "Being cancelled"
        launch = f'<a class="delivery{tone}" id="launch-{campaign.pk}" href="{href}">{words}</a>'
    if row.delivery:
        tone, more = row.delivery.tone, escape(row.delivery.more)
        said = f'<span class="delivery tone-{tone}" title="{more}">{escape(row.delivery.text)}</span>'
    elif campaign.state == "failed":
        said = '<span class="delivery tone-bad">Nothing spends</span>'
    if campaign.mends:
        href = reverse("launch-progress", args=[campaign.pk])
        words = "What was added was refused" if campaign.launch.grows else "Mend it"
        mend = f'<a class="delivery tone-bad" id="mend-{campaign.pk}" href="{href}">{words}</a>'
    return f'<td data-label="State" class="list-state">{state_badge(campaign.state)}{said}{launch}{mend}</td>'


def _say_pace(pace: Pace, *, grows: bool) -> str:
    """How far a launch is, and how long it still takes."""
    far = f"{pace.made} of {pace.total} made"
    if pace.made == pace.total:
        far = f"all {pace.total} made, {pace.switched} switched on"
    if pace.paused:
        return f"{'Adding to it' if grows else 'Its launch'} is paused: {far}"
    left = "" if pace.seconds_left is None else f" · about {span(pace.seconds_left)} to go"
    return f"{'Adding: ' if grows else ''}{far if grows else far.capitalize()}{left}"


def _draw_account(row: Row, sheet: Sheet) -> str:
    account = row.campaign.advertiser
    zone = f'<span class="list-zone"> · {escape(account.zone)}</span>'
    return _cell("Account", _two(escape(account.name), escape(account.currency) + zone), "list-account")


def _draw_budget(row: Row, sheet: Sheet) -> str:
    account, budget = row.campaign.advertiser, row.budget
    if budget.amount:
        wanted = f"; we want {_money(row.wanted_budget, account)}" if row.wanted_budget else ""
        words = f"{escape(say_word(budget.mode))}{wanted}"
        return _cell(
            "Budget", f'<span class="two">{_num(budget.amount, account)}<small>{words}</small></span>', "end"
        )
    words = "by ad group" if budget.mode == "BUDGET_MODE_INFINITE" else "not set"
    return _cell("Budget", f'<span class="two">{_quiet(words)}</span>', "end")


def _draw_spend(row: Row, sheet: Sheet) -> str:
    account, week = row.campaign.advertiser, row.week
    if week.spend is None:
        return _cell("Spend, 7 days", _quiet("unknown"), "end list-spend")
    days = f"{week.known}/{len(week.days)} days, " if week.known < len(week.days) else ""
    number = f'<span class="num">{draw_sparkline(row.spark)}{_money(week.spend, account)}</span>'
    read = f"<small>{days}read {sheet.ago(week.read_at, account)}</small>"
    return _cell("Spend, 7 days", f'<span class="two">{number}{read}</span>', "end list-spend")


def _draw_results(row: Row, sheet: Sheet) -> str:
    results = row.week.results
    return _cell("Results, 7 days", _quiet("unknown") if results is None else short(results), "end num")


def _draw_cost(row: Row, sheet: Sheet) -> str:
    week = row.week
    if week.cost is not None:
        said = _money(week.cost, row.campaign.advertiser)
    else:
        said = _quiet("no result" if week.results == 0 else "unknown")
    return _cell("Per result, 7 days", said, "end num")


def _draw_size(row: Row, sheet: Sheet) -> str:
    size = f"{row.tree.adgroup_count} {_quiet('/')} {row.tree.ad_count}"
    return _cell("Ad groups / ads", size, "end num")


def _draw_change(row: Row, sheet: Sheet) -> str:
    campaign = row.campaign
    if row.change is None:
        said = f"<span>{sheet.ago(campaign.changed_at, campaign.advertiser)}</span>"
        return _cell("Last change", f'<span class="two">{said}</span>', "list-change")
    word = escape(CHANGES.get(row.change.act, row.change.act))
    at = sheet.ago(row.change.at, campaign.advertiser)
    said = f'<span title="{word}">{word}</span><small>{at} · {_say_actor(row.change)}</small>'
    return _cell("Last change", f'<span class="two">{said}</span>', "list-change")


def _say_actor(change: Change) -> str:
    name = escape(change.actor.display_name) if change.actor else "Smart+ Admin"
    return f"{name} · REST" if change.door == Change.Door.REST else name


def _draw_read(row: Row, sheet: Sheet) -> str:
    read = sheet.ago(row.read_at, row.campaign.advertiser) if row.read_at else _quiet("–")
    return _cell("Read", read, "list-read")


def _draw_created(row: Row, sheet: Sheet) -> str:
    campaign = row.campaign
    at = sheet.ago(campaign.created_at, campaign.advertiser)
    return _cell("Made", _two(at, escape(campaign.created_by.display_name)))


_CELLS: Mapping[str, Callable[[Row, Sheet], str]] = {
    "name": _draw_name,
    "state": _draw_state,
    "account": _draw_account,
    "budget": _draw_budget,
    "spend": _draw_spend,
    "results": _draw_results,
    "cost": _draw_cost,
    "size": _draw_size,
    "change": _draw_change,
    "read": _draw_read,
    "created": _draw_created,
}


def draw_sparkline(spark: Sparkline | None) -> str:
    """The numbers stand beside it in words."""
    if spark is None:
        return ""
    unknown = ' class="spark-unknown"'
    bars = "".join(
        f'<rect x="{bar.x}" y="{bar.y}" width="{BAR}" height="{bar.height}"{"" if bar.known else unknown}/>'
        for bar in spark.bars
    )
    size = f'viewBox="0 0 {spark.width} {spark.height}" width="{spark.width}" height="{spark.height}"'
    return f'<svg class="spark" {size} aria-hidden="true">{bars}</svg>'


def _cell(label: str, content: str, kind: str = "") -> str:
    kind = f' class="{kind}"' if kind else ""
    return f'<td data-label="{label}"{kind}>{content}</td>'


def _two(first: str, second: str) -> str:
    return f'<span class="two"><span>{first}</span><small>{second}</small></span>'


def _quiet(words: str) -> str:
    return f'<span class="text-secondary">{words}</span>'


def _money(amount: object, account: Advertiser) -> str:
    return escape(money(amount, account))


def _num(amount: object, account: Advertiser) -> str:
    return f'<span class="num">{_money(amount, account)}</span>'
