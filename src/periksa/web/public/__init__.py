"""What readers see in a browser: the chat page."""
