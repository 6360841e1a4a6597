"""Recordings, their split into parts, and their features."""
