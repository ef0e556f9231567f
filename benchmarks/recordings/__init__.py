"""What is no music, done to half of a collection: what clusters, regions and neighbours follow."""
