"""Class-agnostic product detector: scenes, training, export, figures."""
