"""Deterministic simulation: whole launches under every fault, in virtual time, repeatable from a seed. See __main__."""
