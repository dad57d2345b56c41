"""Everything that makes and measures the default models; see ../README.md."""
