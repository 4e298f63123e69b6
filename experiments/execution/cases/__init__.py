"""What a case is: its configuration and identity, and how cases share their simulation."""
