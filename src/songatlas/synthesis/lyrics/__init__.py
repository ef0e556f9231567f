"""Original words for the synthetic tracks, put together from small lists in two languages."""
