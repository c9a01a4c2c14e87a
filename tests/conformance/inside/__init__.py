"""What runs within the process of Django's test suite."""
