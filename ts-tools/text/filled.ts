/** A text with values in the place of the words between @ signs; what the values say is not looked at again. */
export const filled = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/@([A-Z_]+)@/g, (whole, key: string) => values[key] ?? whole);
