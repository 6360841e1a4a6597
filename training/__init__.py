"""Trains Light-SERNet, and says how good it is.

The path of the data: dataset -> features (segment, augmentation) -> variants -> batches -> model, loss -> train -> cross_validate -> export ->
predictions -> report. training/README.md has a line for each.
"""
