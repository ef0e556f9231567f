"""The order of the stages: from folders of music to the results folder."""
