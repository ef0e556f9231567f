"""The results folder: each kind of file has its writer, and any reader, in one module.

A writer takes plain values; one that a run calls returns the name of its file. A reader refuses
what is damaged: :func:`songatlas.results.written.as_written`.
"""
