"""Trains Light-SERNet and measures how good it is.

The path of the data: data -> learning (with network) -> conversion -> judging -> results. The modules in this folder are the commands.
training/README.md has a line for each module.
"""
