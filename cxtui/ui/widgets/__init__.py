"""What screens are made of: they draw and report."""
