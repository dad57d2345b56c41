"""Single packs as a thumbnail and a photograph show them: what the embedder and the descriptor learn from."""
