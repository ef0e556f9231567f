"""Which tracks are near which, a way from one to another, and an order that flows."""

from songatlas.neighbours.faithfulness import map_faithfulness
from songatlas.neighbours.hubness import Occurrences, count_occurrences
from songatlas.neighbours.journey import find_journey
from songatlas.neighbours.nearest import Neighbours, nearest_neighbours, plain_and_scaled
from songatlas.neighbours.order import order_to_flow

__all__ = [
    "Neighbours",
    "Occurrences",
    "count_occurrences",
    "find_journey",
    "map_faithfulness",
    "nearest_neighbours",
    "order_to_flow",
    "plain_and_scaled",
]
