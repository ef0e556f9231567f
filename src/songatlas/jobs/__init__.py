"""What a command does from its start to its end."""
