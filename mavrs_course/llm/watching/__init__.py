"""What is said, heard and seen in any video, and when."""
