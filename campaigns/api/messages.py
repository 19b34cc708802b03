"""What webhooks send, as the document describes it: enough to receive a message and to know that it is ours."""

from typing import Any

from drf_spectacular.utils import OpenApiWebhook

from campaigns.api.shapes import NUMBER, TEXT, TEXT_OR_NULL, TIME
from campaigns.notices.delivery import SIGNATURE

ABOUT = (
    "A POST to each webhook of the account that asked for the kind. Check the signature before you believe it: take `t` and "
    f"`v1` out of `{SIGNATURE}`, write `t`, a dot and the body's bytes as they came, and make the HMAC-SHA256 of that with the "
    "webhook's `secret` as the key, both as UTF-8; in lower-case hex it equals `v1`. Compare in constant time, and refuse a `t` "
    "(Unix seconds) that is more than five minutes away. A message may come twice: its `id` tells. Answer 2xx within ten "
    "seconds; anything else is tried again for a day, under the same `id`; 410 stops the webhook."
)
MESSAGE: dict[str, Any] = {
    "type": "object",
    "required": ["id", "kind", "advertiser_id", "text", "at"],
    "properties": {
        "id": {"type": "string", "format": "uuid", "description": "of this message, the same at each try"},
        "kind": {"type": "string", "description": "of the notice, or `test`"},
        "notice": {**NUMBER, "description": "its id at notices/; a `test` has none"},
        "advertiser_id": TEXT,
        "campaign": {"type": ["integer", "null"], "description": "our id"},
        "target": {**TEXT_OR_NULL, "description": "`campaign`, `adgroups/12`, `ads/7`, `proposals/3`"},
        "text": {**TEXT, "description": "one sentence for people"},
        "data": {
            "type": "object",
            "description": "by kind; of a proposal: `proposal` (its id), `version`, `state`, `act`, `asked_by`, `by`",
            "additionalProperties": True,
        },
        "at": TIME,
    },
}
NOTICE_SENT = OpenApiWebhook(
    "notice",
    {
        "post": {
            "operationId": "notice_sent",
            "summary": "A notice, carried to you",
            "description": ABOUT,
            "tags": ["webhooks"],
            "parameters": [
                {
                    "in": "header",
                    "name": SIGNATURE,
                    "required": True,
                    "description": "`t=` Unix seconds of sending, `,v1=` the HMAC-SHA256 in hex",
                    "schema": {"type": "string", "pattern": "^t=\\d+,v1=[0-9a-f]{64}$"},
                }
            ],
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": MESSAGE,
                        "examples": {
                            "LaunchFinished": {
                                "summary": "A launch is through",
                                "value": {
                                    "id": "0b9f6f0e-5d0c-4c53-9a53-6a4a6a0f4f0e",
                                    "kind": "launch_finished",
                                    "notice": 91,
                                    "advertiser_id": "7000000000000000001",
                                    "campaign": 4,
                                    "target": "campaign",
                                    "text": "Spring Sale is launched: all of it stands at TikTok as planned.",
                                    "data": {
                                        "campaign_id": "1850000000000000004",
                                        "operation_status": "ENABLE",
                                    },
                                    "at": "2026-11-21T12:30:00Z",
                                },
                            }
                        },
                    }
                },
            },
            "responses": {
                "2XX": {"description": "taken"},
                "410": {"description": "nothing more is wanted: the webhook stops"},
                "default": {"description": "tried again"},
            },
        }
    },
)
