"""Price tags on rails: their designs, and cards beside them that are none. Used by the families that train and measure price tags."""
