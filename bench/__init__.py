"""What the product costs, measured beside a floor, and what it withstands."""
