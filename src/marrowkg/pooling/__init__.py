"""Pooled frequencies of a finding: which counts may be pooled, which are left out and why, tables and forest plots."""
