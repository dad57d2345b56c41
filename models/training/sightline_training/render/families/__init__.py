"""Kinds of scenes. Each module has `render(dice, stock, size_px) -> Scene`; `registry.py` lists them."""
