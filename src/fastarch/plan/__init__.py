"""What should be: from facts and a spec to steps, without touching the disk."""
