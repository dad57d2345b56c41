"""Price tags as a second class of product-detector: a head on its features, and its comparison with prices found in text."""
