"""A small collection of music that songatlas synthesises itself, lyrics and tags included."""
