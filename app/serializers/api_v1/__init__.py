"""Output of API v1, the dialect of Cachet 2: keys, types and English words as its clients know them."""
