"""The load engine: what sends requests, and the servers that show what it can do."""
