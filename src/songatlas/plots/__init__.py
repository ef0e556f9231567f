"""Pictures of a run: one file a picture, each a function that returns a matplotlib Figure."""

MAX_POINTS = 100_000  # of a scatter plot, about; more would be a stain that shows the last drawn
