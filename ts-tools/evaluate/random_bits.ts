/** 32 random bits per call, the same for the same seed: sfc32 (C. Doty-Humphrey's small fast counter from PractRand), 12 steps after seeding. */
export function randomBits(seed: number): () => number {
  let a = 0;
  let b = seed | 0;
  let c = 0;
  let counter = 1;
  const next = (): number => {
    const bits = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + bits) | 0;
    return bits >>> 0;
  };
  for (let step = 0; step < 12; step++) next();
  return next;
}
