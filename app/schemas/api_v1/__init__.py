"""Input of API v1, the dialect of Cachet 2: one file per resource."""
