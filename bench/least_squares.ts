/** The x that makes |A x - b| least, by Gauss-Jordan elimination on the normal equations. `rows` is A, `right` is b. */
export function leastSquares(rows: readonly (readonly number[])[], right: readonly number[]): number[] {
  const size = rows[0]?.length ?? 0;
  const indices = Array.from({ length: size }, (_, index) => index);
  const sum = (term: (row: readonly number[], index: number) => number): number =>
    rows.reduce((total, row, index) => total + term(row, index), 0);
  // [A'A | A'b]
  const system = indices.map((i) => [...indices.map((j) => sum((row) => row[i]! * row[j]!)), sum((row, index) => row[i]! * right[index]!)]);
  for (const [i, pivot] of system.entries()) {
    for (const [k, row] of system.entries()) {
      if (k === i) continue;
      const factor = row[i]! / pivot[i]!;
      for (let j = i; j <= size; j++) row[j]! -= factor * pivot[j]!;
    }
  }
  return system.map((row, index) => row[size]! / row[index]!);
}
