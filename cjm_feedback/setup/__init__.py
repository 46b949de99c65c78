"""First steps: the default workspace, the guided set-up and the example."""
