"""The outside world, imitated at the wire. It imports nothing of ours."""
