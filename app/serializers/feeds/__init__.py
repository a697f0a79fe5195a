"""Feeds: what they tell (`news`, and `statuspage` as programs for such pages know it) and how it is written down."""
