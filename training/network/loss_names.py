"""The losses, as options name them and as names of files and folders have them."""

CROSS_ENTROPY, FOCAL = "cross_entropy", "focal"
SHORT_NAMES = {CROSS_ENTROPY: "ce", FOCAL: "focal"}
