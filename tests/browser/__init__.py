"""Pages as an installed Chromium shows them."""
