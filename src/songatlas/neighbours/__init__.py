"""Which tracks are near which, a way from one to another, and an order that flows."""
