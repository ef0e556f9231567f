"""What reading music costs: CPU, memory and time against libraries and against its own floor."""
