"""Chaos: the real processes against the real sandbox, killed and misled for as long as it takes. See __main__."""
