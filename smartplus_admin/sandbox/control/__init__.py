"""The side of the sandbox that TikTok does not have: health, clock, review, foreign edits, faults, state, a small page."""
