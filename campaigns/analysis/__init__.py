"""Numbers in, numbers out. Pure; knows no storage, no rule and no screen."""
