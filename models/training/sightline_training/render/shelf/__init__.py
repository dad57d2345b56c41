"""Shelves in three dimensions: camera, canvas, boards, rails, packs in place. Lengths in centimetres, pictures in pixels."""
