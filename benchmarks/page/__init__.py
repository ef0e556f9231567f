"""How soon the page of a large collection can be used."""
