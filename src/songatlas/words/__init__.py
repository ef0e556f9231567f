"""What sets the tracks of a cluster apart, in words and beyond chance."""
