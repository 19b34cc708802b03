"""Two clocks. The product's is read once at each face and handed inwards as `now`; it may follow the sandbox's, for
rehearsals (SMARTPLUS_CLOCK, design section 8). Leases, time-outs and the meter live by real time."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import requests
from django.conf import settings

from campaigns.contract.shape import read_moment


def read_real_time() -> datetime:
    """Wall time, aware, in UTC."""
    return datetime.now(UTC)


def read_now() -> datetime:
    """The product's present moment, aware, in UTC. Raises requests.RequestException when the sandbox's clock is away."""
    if settings.SMARTPLUS_CLOCK != "sandbox":
        return read_real_time()
    sandbox = urlsplit(settings.TIKTOK_API_URL)
    answer = requests.get(
        f"{sandbox.scheme}://{sandbox.netloc}/control/clock", timeout=settings.SMARTPLUS_HTTP_TIMEOUT
    )
    answer.raise_for_status()
    return read_moment(answer.json()["now"])
