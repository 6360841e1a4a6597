/**
 * Where the weights are and which kernels compute. `embedded`: the scalar kernels load them group by group from the passive segment, all in one page. `host`:
 * they are expanded once for the SIMD kernels.
 */
export type EnginePlan = "embedded" | "host";
