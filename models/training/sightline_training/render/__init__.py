"""Draws packs and shelves that do not exist, with the true box of each pack."""
