"""What has happened in the demo office so far? Requests lived through the real services."""
