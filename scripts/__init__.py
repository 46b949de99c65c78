"""Tools for those who work on the product; the product itself never imports them."""
