"""A finished run, asked: what is like what, what is where and why."""
