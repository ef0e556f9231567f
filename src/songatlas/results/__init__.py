"""The files of a results folder: written and read back."""
