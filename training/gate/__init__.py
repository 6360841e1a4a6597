"""The voice gate: does somebody speak in this frame? Labels, sounds, network and judging of weights/gate (weights/gate/README.md)."""
