"""The processes that keep time and do the work, and the pages that show them."""
