"""The checks, hints and known mistakes of every exercise: a file an exercise."""
