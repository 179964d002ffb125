"""When editions are due, missed days, and timers that start a run."""
