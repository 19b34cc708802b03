"""REST: translate a request, make one call inwards, show the answer. Never imports another face."""
