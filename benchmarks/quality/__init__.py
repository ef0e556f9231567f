"""How well clusters agree with what listeners say, beside simpler and outside methods."""
