"""The client: HTTP and TikTok's words, nothing of ours. Never retries, never sleeps, never judges an object."""
