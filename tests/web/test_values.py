"""Places and values of TikTok's as pages say them."""

import pytest

from campaigns.contract.levels import Level
from campaigns.models import Advertiser
from campaigns.sync.drift import EXISTENCE, STRANGER, SWITCH, Drift
from campaigns.web.values import say_member, say_place, say_sides

ACCOUNT = Advertiser(name="Northwind", currency="USD", zone="America/New_York")


def differ(member, target="ads/3", wanted=None, remote=None):
    return Drift("adgroups/0/ads/0", "Tents", wanted, remote, target, member)


@pytest.mark.parametrize(
    ("drift", "said"),
    [
        (differ("ad_name"), "Ad Tents · Name"),
        (differ("budget", "adgroups/2"), "Ad group Tents · Budget"),
        (differ("budget", "campaign"), "Budget"),
        (differ("made_up_member", "campaign"), "Made up member"),
        (differ(EXISTENCE), "Ad Tents"),
        (differ(EXISTENCE, "campaign"), "The campaign"),
        (differ(SWITCH), "Ad Tents · On or off"),
        (differ(STRANGER), "Tents"),
    ],
)
def test_a_place_is_called_as_people_call_it(drift, said):
    assert say_place(drift) == said


@pytest.mark.parametrize(
    ("drift", "said"),
    [
        (differ(EXISTENCE, wanted="there", remote="gone"), ("there", "deleted at TikTok")),
        (differ(SWITCH, wanted="ENABLE", remote="DISABLE"), ("On", "Off")),
        (differ(SWITCH, wanted="DELETE", remote="ENABLE"), ("Removed", "On")),
        (differ("budget", "campaign", 540, 600.0), ("$540.00", "$600.00")),
        (differ(STRANGER, wanted="not there", remote="DISABLE"), ("not there", "there, off")),
    ],
)
def test_both_sides_are_said_in_words(drift, said):
    assert say_sides(drift, ACCOUNT) == said


@pytest.mark.parametrize(
    ("level", "path", "value", "said"),
    [
        (Level.AD, "ad_text_list", [{"ad_text": "Dry feet"}, {"ad_text": "Light"}], "Dry feet / Light"),
        (Level.AD, "ad_text_list", [], "–"),
        (Level.AD, "ad_text_list", None, "–"),
        (
            Level.AD,
            "creative_list",
            [{"creative_info": {"ad_format": "SINGLE_VIDEO", "video_info": {"video_id": "v1"}}}],
            "Format: Video, Video: v1",
        ),
        (Level.ADGROUP, "targeting_spec", {"gender": "GENDER_FEMALE", "languages": []}, "Women"),
        (Level.ADGROUP, "placements", ["PLACEMENT_TIKTOK"], "TikTok"),
        (Level.ADGROUP, "comment_disabled", True, "On"),
        (
            Level.ADGROUP,
            "schedule_start_time",
            "2026-11-01 12:00:00",
            "01 Nov 2026, 07:00 (America/New_York)",
        ),
        (Level.ADGROUP, "schedule_start_time", "soon", "soon"),
        (Level.ADGROUP, "roas_bid", 1.50, "1.5"),
    ],
)
def test_a_value_is_never_said_in_the_form_of_the_wire(level, path, value, said):
    assert say_member(level, path, value, ACCOUNT) == said
