"""The switch of single creatives inside an ad (R15, C26)."""

from typing import Any

from campaigns.contract import limits
from campaigns.contract.levels import Level
from smartplus_admin.sandbox.calls.objects import find_living, keep_gate
from smartplus_admin.sandbox.changes import record_change
from smartplus_admin.sandbox.errors import refuse_parameter, refuse_unknown
from smartplus_admin.sandbox.wire import Call

OPERATIONS = ("ENABLE", "DISABLE")  # docs: no DELETE


def switch_materials(call: Call) -> dict[str, Any]:
    """All or nothing. Carousels and other creatives cannot be mixed in one call (docs)."""
    ad_id = call.text(Level.AD.id_member, required=True)
    keys = call.texts("ad_material_ids", required=True, most=limits.MATERIAL_STATUS_IDS)
    operation = call.text("operation_status", required=True)
    if operation not in OPERATIONS:
        raise refuse_parameter("operation_status", f"must be one of {', '.join(OPERATIONS)}.")
    ad = find_living(call, Level.AD, ad_id)
    creatives = {item["ad_material_id"]: item for item in ad.body.get("creative_list", ())}
    for key in keys:
        if key not in creatives:
            raise refuse_unknown("Creative", "ad_material_id", key)
    carousels = {creatives[key]["creative_info"].get("ad_format") == "CAROUSEL_ADS" for key in keys}
    if len(carousels) > 1:
        raise refuse_parameter(
            "ad_material_ids", "carousels cannot be switched together with other creatives."
        )
    keep_gate(call, [ad])
    switched = {"material_operation_status": operation}
    ad.body["creative_list"] = [
        {**item, **switched} if item["ad_material_id"] in keys else item for item in creatives.values()
    ]
    ad.modified_at = call.now
    record_change(call.db, ad, call.doer, call.now)
    return {"smart_plus_ad_id": ad.id, "ad_material_ids": keys, "operation_status": operation}
