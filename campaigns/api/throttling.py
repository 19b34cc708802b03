"""How often one client may ask: a pace with a burst per token, kept in the cache that all web processes share.

It keeps a client that runs wild from taking the house from others; what TikTok allows is the meter's business. Two
requests at the same instant may be counted as one, and where the cache is away nobody is held up: a write to the database
for each read would cost more than that. People who are signed in are not counted.
"""

import logging
import time

from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from campaigns.models import ClientToken
from campaigns.rules.policy import house_policy

log = logging.getLogger(__name__)


class TokenThrottle(BaseThrottle):
    """Answers 429 with `Retry-After` beyond the pace. Real time."""

    _wait = 0.0

    def allow_request(self, request: Request, view: APIView) -> bool:
        token = request.auth
        if not isinstance(token, ClientToken):
            return True
        policy = house_policy()
        step = 1 / float(policy.number("rest.pace"))
        ahead = step * policy.count("rest.burst")
        key, now = f"rest:{token.pk}", time.time()  # pk is the token's digest
        try:
            booked = max(cache.get(key, now), now)
            self._wait = booked + step - ahead - now
            if self._wait > 0:
                return False
            cache.set(key, booked + step, timeout=ahead + 1)
        except RedisError:
            log.warning("the cache is away: calls of tokens are not counted")
        return True

    def wait(self) -> float:
        return self._wait
