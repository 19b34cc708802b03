"""What TikTok publishes about Upgraded Smart+, as data.

Every fact carries its source: `docs`, `ae`, `sdk`, `go`, `scrape`, `code` or `seed` as tagged in the fact sheet, an
R number for a rule of TikTok's, a C number where two sources differ. Knows nothing of our judgement, storage or screens.
"""
