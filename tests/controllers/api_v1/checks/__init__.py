"""The 83 things that Cachet's own tests ask of its API, in their order and in our words. The number in front of each
counts them, and test_none_is_missing.py counts along."""
