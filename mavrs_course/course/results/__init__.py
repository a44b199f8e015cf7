"""What a teacher gets back from a graded class: pages, tables, a picture of it."""
