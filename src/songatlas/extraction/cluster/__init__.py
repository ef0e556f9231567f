"""Extraction by the workers of dask: a shard of tracks a task, results on shared storage."""
