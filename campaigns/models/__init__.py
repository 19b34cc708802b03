"""Rows, their constraints and their facts. One writer per column: services write wanted, the mirror writes remote."""

from campaigns.models.accounts import (
    Advertiser,
    ClientToken,
    Connection,
    ConsentRequest,
    Membership,
    Person,
    within_reach,
)
from campaigns.models.ad import Ad
from campaigns.models.adgroup import AdGroup
from campaigns.models.assets import Audience, Identity, Interest, Language, Picture, Pixel, Place, Post, Video
from campaigns.models.campaign import Campaign
from campaigns.models.decisions import Decision, Envelope, Hold, Proposal, ProposalItem, ProposalLook
from campaigns.models.idempotency import StoredAnswer
from campaigns.models.journal import Change, Flip, Seal, Surprise
from campaigns.models.metrics import AssetResult, Result
from campaigns.models.notices import Delivery, Notice, Webhook
from campaigns.models.outbox import Launch, Push, Reservation
from campaigns.models.policy import PolicyOverride, list_overrides, policies_of, policy_of
from campaigns.models.presence import Presence
from campaigns.models.readings import Reading, RemoteEdit, Stranger
from campaigns.models.signins import SignIn
from campaigns.models.system import Heartbeat, Keeping, Restoration
from campaigns.models.thumbnails import Thumbnail
from campaigns.models.views import SavedView

Thing = Campaign | AdGroup | Ad  # one object of the tree

__all__ = [
    "AssetResult",
    "Ad",
    "AdGroup",
    "Advertiser",
    "Audience",
    "Campaign",
    "Change",
    "ClientToken",
    "Connection",
    "ConsentRequest",
    "Decision",
    "Envelope",
    "Flip",
    "Heartbeat",
    "Hold",
    "Keeping",
    "Notice",
    "Delivery",
    "Webhook",
    "Identity",
    "Interest",
    "Language",
    "Launch",
    "Membership",
    "Person",
    "Picture",
    "Pixel",
    "Place",
    "Post",
    "PolicyOverride",
    "Presence",
    "Proposal",
    "ProposalItem",
    "ProposalLook",
    "Push",
    "Reading",
    "RemoteEdit",
    "Reservation",
    "Restoration",
    "Result",
    "SavedView",
    "Seal",
    "SignIn",
    "StoredAnswer",
    "Stranger",
    "Surprise",
    "Thing",
    "Thumbnail",
    "Video",
    "list_overrides",
    "policies_of",
    "policy_of",
    "within_reach",
]
