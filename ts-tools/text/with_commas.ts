/**
 * A number with a comma before every three digits, as toLocaleString("en-US") writes it. The first call of that takes 20 ms: too long for texts that are made when a program
 * starts.
 */
export function withCommas(value: number): string {
  const [whole, fraction] = String(value).split(".");
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
