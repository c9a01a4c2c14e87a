"""What a project runs on today: its command found, read, and made a worker like any other."""
