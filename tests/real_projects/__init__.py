"""The commands on real projects: made from their packages, each with an environment of its own."""
