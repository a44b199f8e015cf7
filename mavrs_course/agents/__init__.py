"""Specialists that state opinions about candidate videos."""
