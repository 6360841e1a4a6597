"""Answers of trained networks to recordings that they have not learned from."""
