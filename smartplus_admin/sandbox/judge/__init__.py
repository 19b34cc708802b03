"""What TikTok refuses, in the sandbox's own words. Facts come from the contract, judgement from nowhere else.

A check takes a Case and yields Problems; table.py lists the checks per level. `lenient` on the case is guide mode.
"""
