"""The worker: a process beside the API that does jobs, and writes those that are scheduled."""
