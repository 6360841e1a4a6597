/** The two outputs besides the classes: how excited a voice sounds, and how pleased; each from 0 to 1. */
export type DimensionName = "activation" | "valence";
