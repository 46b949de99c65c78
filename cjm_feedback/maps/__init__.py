"""The journey map that staff read, and its closed snapshots."""
