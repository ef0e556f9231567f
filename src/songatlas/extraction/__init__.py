"""From files to features: which are missing, and the processes and machines that make them."""
