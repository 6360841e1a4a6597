/** The next multiple of `to`. */
export function align(bytes: number, to: number): number {
  return Math.ceil(bytes / to) * to;
}
