"""The tree of one account as a table: a row per object, with what a person may type and press there."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from campaigns.contract.levels import Level
from campaigns.contract.money import CURRENCIES, Currency
from smartplus_admin.sandbox.derive import Moment
from smartplus_admin.sandbox.entities import Entity, select_entities
from smartplus_admin.sandbox.library import Body
from smartplus_admin.sandbox.life.purses import Spent
from smartplus_admin.sandbox.render import Family
from smartplus_admin.sandbox.store import Database

MOST = 50  # campaigns of an account at once; own choice
SETTINGS = {  # what has a field where the object holds it
    "budget": "Budget",
    "min_budget": "Daily minimum",
    "max_budget": "Daily maximum",
    "conversion_bid_price": "Target cost",
    "bid_price": "Bid per click",
    "roas_bid": "Target ROAS",
}
LABELS = {
    "enable": "Switch on",
    "disable": "Pause",
    "delete": "Delete",
    "approve": "Approve",
    "deny": "Deny",
    "exceed": "Use budget up",
    "refill": "Refill budget",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What stood in a row's fields when it was refused, and why."""

    id: str
    fields: dict[str, str]
    problem: str


def show_account(db: Database, account: Body, moment: Moment, search: str, typed: Typed | None) -> str:
    campaigns, total = _find_campaigns(db, str(account["advertiser_id"]), search)
    below: dict[str, list[Entity]] = {}
    rows = list(campaigns)
    for campaign in campaigns:
        for row in select_entities(
            db, "campaign_id = ? AND level <> 'campaign' AND deleted_with = ''", (campaign.id,)
        ):
            below.setdefault(row.parent_id, []).append(row)
            rows.append(row)
    family = Family(db, rows, str(account["status"]), moment)
    currency = CURRENCIES[str(account["currency"])]
    lines = [
        _show_row(family, row, currency, search, typed)
        for campaign in campaigns
        for row in _walk(campaign, below)
    ]
    head = (
        f"<h2>{escape(str(account['name']))}</h2><p>{account['advertiser_id']} · {account['currency']}"
        f" · {account['timezone']}</p>"
    )
    if not lines:
        return f"<section>{head}<p>No campaigns{' of that name or id' if search else ' yet'}.</p></section>"
    more = f"<p>The newest {MOST} of {total} campaigns; find others above.</p>" if total > MOST else ""
    table = (
        "<thead><tr><th>Name</th><th>Status</th><th>Spent</th><th>Budget and price</th><th>Change</th></tr></thead>"
        f"<tbody>{''.join(lines)}</tbody>"
    )
    return f'<section>{head}<div class="scroll"><table>{table}</table></div>{more}</section>'


def write_amount(amount: float) -> str:
    return f"{amount:.12g}"


def _find_campaigns(db: Database, advertiser_id: str, search: str) -> tuple[list[Entity], int]:
    where = "advertiser_id = ? AND level = 'campaign' AND deleted_with = ''"
    values: list[str] = [advertiser_id]
    if search:
        where += " AND (instr(lower(name), lower(?)) OR id IN (SELECT campaign_id FROM entity AS one WHERE one.id = ?))"
        values += [search, search.strip()]
    found = select_entities(db, where, values)
    return found[:MOST], len(found)


def _walk(campaign: Entity, below: dict[str, list[Entity]]) -> Iterable[Entity]:
    yield campaign
    for adgroup in below.get(campaign.id, ()):
        yield adgroup
        yield from below.get(adgroup.id, ())


def _show_row(family: Family, entity: Entity, currency: Currency, search: str, typed: Typed | None) -> str:
    refused = typed if typed and typed.id == entity.id else None
    mine = refused.fields if refused else {}
    form = f"form-{entity.id}"
    status = family.derive(entity)
    tone = "good" if status.endswith(("_OK", "STATUS_ENABLE")) else "idle" if "DISABLE" in status else "warn"
    hidden = {"level": entity.level.value, "id": entity.id, "q": search}
    inputs = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value, quote=True)}">'
        for name, value in hidden.items()
    )
    named = escape(f"Name of {entity.name}", quote=True)
    name = escape(mine.get("name", entity.name), quote=True)
    problem = f'<p class="problem" role="alert">{escape(refused.problem)}</p>' if refused else ""
    return (
        f'<tr id="row-{entity.id}" class="{entity.level.value}">'
        f'<td><input name="name" value="{name}" form="{form}" aria-label="{named}"><small>{entity.id}</small>{problem}</td>'
        f'<td><span class="{tone}">{status}</span></td>'
        f"<td>{_show_spent(family.spent.get(entity.id), currency)}</td>"
        f"<td>{_show_amounts(entity, mine, form)}</td>"
        f'<td><form id="{form}" method="post" action="/">{inputs}<button name="action" value="save">Save</button>'
        f"{_show_buttons(entity)}</form></td></tr>"
    )


def _show_spent(spent: Spent | None, currency: Currency) -> str:
    """Of campaigns and ad groups that delivered, up to the last whole hour."""
    if spent is None:
        return '<span class="none">–</span>'
    today, total = (currency.write(amount * currency.step) for amount in (spent.today, spent.total))
    return f"{today} today<small>{total} in all</small>"


def _show_amounts(entity: Entity, mine: dict[str, str], form: str) -> str:
    cells = []
    for member, label in SETTINGS.items():
        if entity.body.get(member) is not None:
            value = escape(mine.get(member, write_amount(entity.body[member])), quote=True)
            cells.append(
                f'<label>{label}<input name="{member}" value="{value}" form="{form}" size="9" inputmode="decimal"'
                f' aria-label="{escape(f"{label} of {entity.name}", quote=True)}"></label>'
            )
    return "".join(cells) or '<span class="none">–</span>'


def _show_buttons(entity: Entity) -> str:
    actions = ["disable" if entity.operation_status == "ENABLE" else "enable"]
    if entity.level is Level.AD:
        actions += ["approve", "deny"]
    else:
        actions.append("refill" if entity.facts.get("budget_exceeded") else "exceed")
    actions.append("delete")
    return "".join(f'<button name="action" value="{name}">{LABELS[name]}</button>' for name in actions)
