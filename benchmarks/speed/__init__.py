"""What a run takes against an earlier commit, both measured in turn."""
