"""Two thousand damaged files through the real pool."""
