"""Answers in the dialect of Atlassian Statuspage's public API v2 (landscape 2.2): every key is there, null or not."""
