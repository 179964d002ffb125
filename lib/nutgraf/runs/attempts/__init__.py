"""What was attempted when, and how editions stand."""
