"""What is measured, side by side with peers and floors, in one run on one machine."""
