"""Extraction on a dask cluster: one shard of tracks a task, results as files on shared storage."""
