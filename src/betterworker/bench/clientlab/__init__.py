"""HTTP clients measured alone, without Django: each in a process of its own, in interleaved blocks."""
