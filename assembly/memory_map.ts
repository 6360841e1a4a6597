/**
 * Where everything is in linear memory. The addresses are chained by ts-tools/emit/memory_map.ts, which knows the model's
 * shapes; `light-sernet inspect` prints the same map.
 */
export * from "./generated/memory_map";
