import { table } from "./figures.js";
import { targetNamed } from "./registry.js";
import { runFuzzer } from "./runner.js";

const [name, n] = process.argv.slice(2);
const f = await runFuzzer(targetNamed(name!), { seed: 1, runs: Number(n), keepIn: "/tmp/found" });
console.log(table([f]));
console.log(JSON.stringify(f.found, null, 1), f.kinds);
