"""Polling and sending: a thread of its own with its own event loop, and commands without a screen."""
