/**
 * A number below 10^21 with a comma before every three digits. toLocaleString("en-US") writes the same if there are at most three decimals, but its first call takes 20 ms: too
 * long for texts that are made when a program starts.
 */
export function withCommas(value: number): string {
  const [whole, fraction] = String(value).split(".");
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
