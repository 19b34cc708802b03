"""Both roads to TikTok: what is wanted goes out through plan, outbox and push; what is comes back through pull and mirror."""
