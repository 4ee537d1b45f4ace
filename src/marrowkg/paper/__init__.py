"""The curated side: what a file of a paper can say, and strict reading of it."""
