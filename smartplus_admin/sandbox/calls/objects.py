"""Create and update of campaign, ad group and ad: shape, guide's spellings, settle, judge, store, answer."""

from typing import Any

from campaigns.contract import codes
from campaigns.contract.choices import SPREAD_BY_TIKTOK
from campaigns.contract.levels import Level
from campaigns.contract.money import CURRENCIES
from smartplus_admin.sandbox.changes import record_change, record_new
from smartplus_admin.sandbox.derive import RUNNING, Moment, review_ad
from smartplus_admin.sandbox.entities import (
    Entity,
    find_entity,
    find_unlike,
    list_children,
    ripen_budget,
)
from smartplus_admin.sandbox.errors import Refusal, refuse_unknown
from smartplus_admin.sandbox.guide import translate_body
from smartplus_admin.sandbox.judge.ad import is_spark
from smartplus_admin.sandbox.judge.case import Case
from smartplus_admin.sandbox.judge.settled import refuse_settled
from smartplus_admin.sandbox.judge.shape import read_body
from smartplus_admin.sandbox.judge.table import judge
from smartplus_admin.sandbox.life.purses import tell_spent
from smartplus_admin.sandbox.render import Family
from smartplus_admin.sandbox.repeats import find_repeat, remember_answer
from smartplus_admin.sandbox.settle import merge_body, settle_body
from smartplus_admin.sandbox.wire import Call

TITLES = {Level.CAMPAIGN: "Campaign", Level.ADGROUP: "Adgroup", Level.AD: "Ad"}
OWN_COLUMNS = (
    "advertiser_id",
    "request_id",
    "operation_status",
    "campaign_id",
    "adgroup_id",
    "smart_plus_ad_id",
)


def create_campaign(call: Call) -> dict[str, Any]:
    return _create(call, Level.CAMPAIGN)


def create_adgroup(call: Call) -> dict[str, Any]:
    return _create(call, Level.ADGROUP)


def create_ad(call: Call) -> dict[str, Any]:
    return _create(call, Level.AD)


def update_campaign(call: Call) -> dict[str, Any]:
    return _update(call, Level.CAMPAIGN)


def update_adgroup(call: Call) -> dict[str, Any]:
    return _update(call, Level.ADGROUP)


def update_ad(call: Call) -> dict[str, Any]:
    return _update(call, Level.AD)


def render_one(call: Call, entity: Entity) -> dict[str, Any]:
    return open_family(call, [entity]).render(entity)


def open_family(call: Call, entities: list[Entity]) -> Family:
    moment = Moment(call.now, call.config.review_seconds)
    return Family(call.db, entities, str(call.account.get("status")), moment)


def find_living(call: Call, level: Level, key: str) -> Entity:
    """The object, or 40007 when it is unknown, foreign, deleted or below something deleted (R88)."""
    entity = find_entity(call.db, level, key, call.advertiser_id)
    if entity is None or entity.deleted:
        raise refuse_unknown(TITLES[level], level.id_member, key)
    ripen_budget(entity, call.now)
    return entity


def keep_gate(call: Call, ads: list[Entity]) -> None:
    """One write per ad and five seconds of the sandbox's clock (R85); marks the ads as written now."""
    for ad in ads:
        if call.now - ad.written_at < call.config.ad_gate_seconds:
            raise Refusal(
                codes.WRITE_CONFLICT,
                f"Concurrent operations on one ad are not allowed, please retry later. smart_plus_ad_id {ad.id}.",
            )
        ad.written_at = call.now


def _create(call: Call, level: Level) -> dict[str, Any]:
    campaign, adgroup = _find_parents(call, level)
    raw = translate_body(call, level, "create", call.params, campaign, adgroup)
    body = read_body(level, "create", raw, lenient=call.config.lenient)
    request_id = str(body.get("request_id", "")) if level is not Level.AD else ""
    if request_id:
        repeated = find_repeat(call, level, request_id)
        if repeated is not None:
            return repeated
    entity = Entity(
        level=level,
        id="",
        advertiser_id=call.advertiser_id,
        campaign_id=campaign.id if campaign else "",
        adgroup_id=adgroup.id if adgroup else "",
        name=str(body.get(level.name_member, "")),
        operation_status=str(body.get("operation_status", "ENABLE")),
        created_at=call.now,
        body=settle_body(call, level, _strip(level, body), campaign.body if campaign else {}),
    )
    _note_spark(entity)
    judge(_open_case(call, entity, frozenset(body), None, campaign, adgroup))
    record_new(call.db, entity, call.doer, call.now)
    answer = render_one(call, entity)
    if request_id:
        remember_answer(call, level, request_id, answer)
    return answer


def _update(call: Call, level: Level) -> dict[str, Any]:
    entity = find_living(call, level, call.text(level.id_member, required=True))
    campaign = find_living(call, Level.CAMPAIGN, entity.campaign_id)
    adgroup = find_living(call, Level.ADGROUP, entity.adgroup_id) if level is Level.AD else None
    raw = translate_body(call, level, "update", call.params, campaign, adgroup)
    if not call.config.lenient:
        pooled = bool(campaign.body.get("budget_optimize_on", True))
        refuse_settled(level, raw, render_one(call, entity), pooled=pooled)
    sent = _strip(level, read_body(level, "update", raw, lenient=call.config.lenient))
    name = raw.get(level.name_member)
    if not sent and not name and not call.config.lenient:
        raise Refusal(
            codes.NOTHING_TO_UPDATE, "There is nothing to update."
        )  # code listed in sdk (fact sheet 13)
    if level is Level.AD:
        keep_gate(call, [entity])
    review = review_ad(entity, Moment(call.now, call.config.review_seconds)) if level is Level.AD else None
    before = entity.body
    entity.name = str(name) if name else entity.name
    entity.body = settle_body(call, level, merge_body(level, before, sent), campaign.body, before)
    _note_spark(entity)
    judge(_open_case(call, entity, frozenset(sent), before, campaign, adgroup))
    if level is Level.AD:
        _send_to_review(call, entity, ran=review in RUNNING)
    entity.modified_at = entity.written_at = call.now
    record_change(call.db, entity, call.doer, call.now)
    if level is Level.ADGROUP:
        _spread_prices(call, entity, sent)
    return render_one(call, entity)


def _find_parents(call: Call, level: Level) -> tuple[Entity | None, Entity | None]:
    if level is Level.CAMPAIGN:
        return None, None
    if level is Level.ADGROUP:
        return find_living(call, Level.CAMPAIGN, call.text("campaign_id", required=True)), None
    adgroup = find_living(call, Level.ADGROUP, call.text("adgroup_id", required=True))
    return find_living(call, Level.CAMPAIGN, adgroup.campaign_id), adgroup


def _strip(level: Level, body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in (*OWN_COLUMNS, level.name_member)}


def _open_case(
    call: Call,
    entity: Entity,
    sent: frozenset[str],
    before: dict[str, Any] | None,
    campaign: Entity | None,
    adgroup: Entity | None,
) -> Case:
    siblings: list[Entity] = []
    unlike = ""
    if entity.level is Level.ADGROUP:
        siblings = list_children(call.db, Level.ADGROUP, "campaign_id", [entity.campaign_id])
    elif entity.level is Level.AD:
        siblings = list_children(call.db, Level.AD, "adgroup_id", [entity.adgroup_id])
        unlike = find_unlike(call.db, entity)
    elif before is not None:
        siblings = list_children(call.db, Level.ADGROUP, "campaign_id", [entity.id])
    return Case(
        level=entity.level,
        body=entity.body,
        sent=sent,
        before=before,
        lenient=call.config.lenient,
        spark_rule=call.config.spark_rule,
        now=call.now,
        account=call.account,
        shelf=call.shelf,
        campaign=campaign.body if campaign else entity.body,
        adgroup=adgroup.body if adgroup else entity.body,
        siblings=tuple(row for row in siblings if row.id != entity.id),
        unlike=unlike,
        spent=tell_spent(call.db, entity, call.now, CURRENCIES[str(call.account["currency"])].decimals),
    )


def _note_spark(entity: Entity) -> None:
    """Kept beside the body, so that a campaign's ads need not all be read to compare (C22)."""
    if entity.level is Level.AD:
        entity.facts["spark"] = is_spark(entity.body)


def _send_to_review(call: Call, ad: Entity, *, ran: bool) -> None:
    """An edit goes to review; a version that ran until now keeps running meanwhile (R84)."""
    ad.facts["approved_before"] = ran
    ad.facts["submitted_at"] = call.now
    ad.facts.pop("verdict", None)
    ad.facts.pop("reason", None)


def _spread_prices(call: Call, adgroup: Entity, sent: dict[str, Any]) -> None:
    """A price changed on one ad group is changed on all of the campaign (R41, go)."""
    prices = {name: sent[name] for name in SPREAD_BY_TIKTOK if name in sent}
    if not prices:
        return
    for other in list_children(call.db, Level.ADGROUP, "campaign_id", [adgroup.campaign_id]):
        if other.id != adgroup.id:
            other.body |= prices
            other.modified_at = call.now
            record_change(call.db, other, call.doer, call.now)
