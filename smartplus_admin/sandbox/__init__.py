"""An executable twin of TikTok's Upgraded Smart+ API: a WSGI app of its own, no Django, its own SQLite file.

Imports `campaigns.contract` and nothing else of ours: facts are shared with the product, judgement is not.
"""
