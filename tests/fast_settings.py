"""Settings of a run that is to be over soon, as a file for ``--config``."""

FAST = """
[training]
epochs = 2
steps_per_epoch = 2
[evaluation]
n_bootstrap = 5
n_permutations = 9
[model]
hidden = 16
n_latent = 4
[input]
window_frames = 32
[clustering]
k_max = 4
"""
