"""What is installed as the program `thesis`."""
