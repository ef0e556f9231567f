"""Writing a cluster's name into music files, and taking it back to the last byte."""
