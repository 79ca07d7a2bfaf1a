"""Kills, freezes and starves a real service under load, and checks after each fault that what was acknowledged is there exactly once."""
