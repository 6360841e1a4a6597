"""The network and its trained weights."""
