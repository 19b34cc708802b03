"""What TikTok's review told of an ad, for whoever has to mend it. Reads the row alone."""

from typing import Any

from campaigns.models import Ad


def tell_review(ad: Ad) -> dict[str, Any]:
    """Why an ad was refused and the next step; what was not read yet is said to be so."""
    review = ad.review or {}
    reasons = [str(reason) for reason in review.get("reasons") or []]
    for material in review.get("materials") or []:
        reasons += [reason for reason in material.get("reasons") or [] if reason not in reasons]
    step = review.get("suggestion") or "Change what TikTok names and save: the ad goes into review again."
    return {
        "reasons": reasons or ["TikTok's reasons were not read yet; the next reading brings them."],
        "step": step,
        "places": review.get("places") or [],
        "read_at": ad.review_read_at,
    }
