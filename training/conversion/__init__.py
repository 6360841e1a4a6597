"""Trained networks in the formats that others read."""
