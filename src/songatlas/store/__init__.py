"""What is kept on disk: whole files, neutral tables, the feature cache."""
