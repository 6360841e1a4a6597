import { cpus } from "node:os";

/** What results say about the machine that measured them. */
export function machine(): { cpu: string; cores: number } {
  return { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length };
}

/** 2026-11-23 */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
