/** The file name that means standard input. */
export const STDIN = "-";
