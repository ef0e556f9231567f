"""Pictures of a run: one file a picture, each a function that returns a matplotlib Figure."""
