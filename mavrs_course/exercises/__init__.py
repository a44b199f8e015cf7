"""The checks, hints and known mistakes of each exercise, one file per lesson."""
