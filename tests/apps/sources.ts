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

/** What a program does: classify a file as soon as it is loaded, or listen to the microphone when the button is clicked. */
export type Use = "classify" | "listen";

const FAILED = `const failed = (error) => ({ error: String(error), status: error.status });
`;

const CLASSIFY = `async function answer() {
  const sound = await (await fetch("speech.wav")).arrayBuffer();
  const recognizer = await createRecognizer();
  const { label, logits } = await recognizer.classifyFile(sound);
  return { label, logits, ms: performance.now() };
}
${FAILED}`;

/** The label is the first that is accepted; the time is that of the first answer in speech. Nothing is open when there is an answer. */
const LISTEN = `function answer() {
  const begin = performance.now();
  let ms;
  return new Promise((resolve, reject) => {
    const opened = listen({
      onAnswer({ state, label, accepted }) {
        if (state !== "listening") ms ??= performance.now() - begin;
        if (accepted) opened.then((microphone) => microphone.close()).then(() => resolve({ label, ms }), reject);
      },
      onEnd: reject,
    });
    opened.catch(reject);
  });
}
${FAILED}`;

/** The program; \`from\` is the package that it imports. */
export function program(use: Use = "classify", from = "light-sernet"): string {
  const finish = "answer().catch(failed).then((result) => { globalThis.answer = result; })";
  return use === "classify"
    ? `import { createRecognizer } from "${from}";\n${CLASSIFY}${finish};\n`
    : `import { listen } from "${from}/microphone";\n${LISTEN}document.querySelector("button").onclick = () => ${finish};\nglobalThis.isReady = true;\n`;
}

/** The page; the address of its script, and whether that is a module. */
export function page(script: string, kind: "module" | "classic" = "module"): string {
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>app</title><script${kind === "module" ? ' type="module"' : " defer"} src="${script}"></script><button>Speak</button>\n`;
}

const NEXT_LAYOUT = `export default function Layout({ children }) { return <html lang="en"><body>{children}</body></html>; }
`;

/** An app of Next: the same on the server, whose answer is in the page, and in the browser. */
export const NEXT_FILES: Readonly<Record<string, string>> = {
  "app/layout.js": NEXT_LAYOUT,
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

/** An app of Next that listens, in the browser. */
export const NEXT_LISTEN_FILES: Readonly<Record<string, string>> = {
  "app/layout.js": NEXT_LAYOUT,
  "app/page.js": `"use client";
import { useEffect } from "react";
import { listen } from "light-sernet/microphone";
${LISTEN}export default function Page() {
  useEffect(() => { globalThis.isReady = true; }, []);
  return <button onClick={() => answer().catch(failed).then((result) => { globalThis.answer = result; })}>Speak</button>;
}
`,
};
