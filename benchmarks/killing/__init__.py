"""Runs that are killed and go on, against one that was left alone, byte by byte."""
