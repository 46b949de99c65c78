"""What every page shares: errors, headers, languages, access."""
