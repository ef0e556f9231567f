"""Time and memory of everything after the features, on growing collections."""
