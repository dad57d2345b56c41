"""How packs stand, lie and hang. Each module fills a `Span` of a board and returns the packs in place."""
