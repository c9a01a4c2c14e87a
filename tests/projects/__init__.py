"""Six Django projects as people have them, made from their packages, each with an environment of its own."""
