"""From steps to a safe write."""
