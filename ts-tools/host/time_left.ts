/** Time for the rest at the speed so far, "0:05" or "1:02:30"; undefined before the first is done. */
export function timeLeft(done: number, all: number, elapsedMs: number): string | undefined {
  if (done === 0) return undefined;
  const seconds = Math.round(((elapsedMs / done) * (all - done)) / 1000);
  const minutes = Math.floor(seconds / 60);
  const two = (value: number) => String(value).padStart(2, "0");
  return minutes < 60 ? `${minutes}:${two(seconds % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
