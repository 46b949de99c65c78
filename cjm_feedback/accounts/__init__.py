"""People, workspaces, memberships and who may do what."""
