"""A class: what its students hand in, graded, kept and given back."""
