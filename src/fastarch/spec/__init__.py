"""What the user asked for, from the command line or a YAML file."""
