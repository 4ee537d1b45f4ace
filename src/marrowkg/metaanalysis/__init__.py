"""Meta-analysis of proportions: pure numbers, no RDF, nothing but the standard library."""
