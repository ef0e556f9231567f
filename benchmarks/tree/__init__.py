"""Which method makes the tree: planted trees, stability of nodes, agreement with labels."""
