/** The sources of the apps: one program that classifies examples/speech.wav, and what each bundler needs around it. */

/** What the program leaves in `globalThis.answer`. */
export interface Answer {
  label?: string;
  logits?: Record<string, number>;
  /** Milliseconds since the page began to load. */
  ms?: number;
  error?: string;
  status?: string;
}

const CLASSIFY = `async function answer() {
  const sound = await (await fetch("speech.wav")).arrayBuffer();
  const recognizer = await createRecognizer();
  const { label, logits } = await recognizer.classifyFile(sound);
  return { label, logits, ms: performance.now() };
}
const failed = (error) => ({ error: String(error), status: error.status });
`;

/** The program; \`from\` is the package that it imports. */
export function program(from = "light-sernet"): string {
  return `import { createRecognizer } from "${from}";
${CLASSIFY}answer().catch(failed).then((result) => { globalThis.answer = result; });
`;
}

/** The page; the address of its script, and whether that is a module. */
export function page(script: string, kind: "module" | "classic" = "module"): string {
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>app</title><script${kind === "module" ? ' type="module"' : " defer"} src="${script}"></script>\n`;
}

/** An app of Next: the same on the server, whose answer is in the page, and in the browser. */
export const NEXT_FILES: Readonly<Record<string, string>> = {
  "app/layout.js": `export default function Layout({ children }) { return <html lang="en"><body>{children}</body></html>; }
`,
  "app/page.js": `import { Answer } from "./answer";
import { serverAnswer } from "./server";
export const dynamic = "force-dynamic";
export default async function Page() { return <main><pre id="server">{JSON.stringify(await serverAnswer())}</pre><Answer /></main>; }
`,
  "app/server.js": `import { readFile } from "node:fs/promises";
import { createRecognizer } from "light-sernet";
export async function serverAnswer() {
  try {
    const recognizer = await createRecognizer();
    const { label, logits } = await recognizer.classifyFile(await readFile("public/speech.wav"));
    return { label, logits };
  } catch (error) { return { error: String(error), status: error.status }; }
}
`,
  "app/answer.js": `"use client";
import { useEffect } from "react";
import { createRecognizer } from "light-sernet";
${CLASSIFY}export function Answer() {
  useEffect(() => { answer().catch(failed).then((result) => { globalThis.answer = result; }); }, []);
  return null;
}
`,
};
