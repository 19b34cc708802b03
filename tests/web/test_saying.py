"""Sentences of rules on pages: our labels in them, everything else as it was."""

import pytest

from campaigns.web.saying import say_message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "TT_USER stands in creative_info of each creative; in ad_configuration it is for catalog ads only.",
            "“TikTok account” stands in “Creative” of each creative; in “Identity of the ad” it is for catalog ads only.",
        ),
        (
            "CUSTOMIZED_USER is sent as ad_configuration/identity_type: a custom identity is the whole ad's",
            "“Custom name” is sent as “Appears as, whole ad”: a custom identity is the whole ad's",
        ),
        ("BID_TYPE_CUSTOM (cost cap) needs a price", "“Cost cap” needs a price"),
        (
            "Boots: CAMPAIGN_STATUS_ENABLE → CAMPAIGN_STATUS_NOT_MADE_UP",
            "Boots: “On” → CAMPAIGN_STATUS_NOT_MADE_UP",
        ),
        (
            "optimization_event must be the same: Group 1 has FORM",
            "“Event” must be the same: Group 1 has FORM",
        ),
        (
            "The goal CONVERT takes none, and AUTOMATIC mode drops the ages of MANUAL bidding.",
            "The goal “Conversions” takes none, and “Automatic” mode drops the ages of MANUAL bidding.",
        ),
        (
            "https://example.com/video_info?utm_source=a is no address. budget_x is unknown.",
            "https://example.com/video_info?utm_source=a is no address. budget_x is unknown.",
        ),
    ],
)
def test_fields_and_choices_are_called_as_on_the_form(text, said):
    assert say_message(text) == said
