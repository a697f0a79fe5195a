"""The golden JSON of API v1: each resource, key by key and type by type, as it is made, read and listed, for guests and
for tokens. A change here is a change for every client: say so in the changelog."""
