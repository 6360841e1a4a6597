/**
 * Every build in every engine, on inputs of network.test.ts and path.test.ts: the bits of the scalar module in Node, which those compare with the
 * reference. With LIGHT_SERNET_THOROUGH=1 on all of them.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { allBuilds, buildPlan } from "./built_model.js";
import { type Case, mfccInputs, NETWORK_CASES, PATH_CASES, soundInputs, THOROUGH } from "./cases.js";
import { difference, ENGINES, runInNode } from "./engines.js";
import type { Input, Job } from "./wasmtime_runner.js";

/** One case in one build. */
interface CaseJob extends Job {
  name: string;
  build: string;
}

async function jobsOf(plan: Case, kind: "sounds" | "matrices"): Promise<CaseJob[]> {
  const built = await buildPlan(plan);
  // Making them takes as long as some engines take to classify them.
  let made: Input[] | undefined;
  const inputs = (): Iterable<Input> => {
    made ??= [...(kind === "sounds" ? soundInputs(plan) : mfccInputs(built, plan))];
    return made;
  };
  const builds = [...(await allBuilds(built))];
  return builds.map(([build, module]) => ({ name: `${plan.name}, ${build}`, build, module, classes: plan.classes, inputs }));
}

/** Of each case a third of the inputs, the first, which have the lengths at which something begins or ends; of the few all. */
const fewer = (plans: readonly Case[]): readonly Case[] =>
  THOROUGH ? plans : plans.map((plan) => ({ ...plan, inputs: Math.max(Math.ceil(plan.inputs / 3), Math.min(plan.inputs, 30)) }));

for (const [kind, plans] of [
  ["matrices", fewer(NETWORK_CASES)],
  ["sounds", fewer(PATH_CASES)],
] as const) {
  const count = plans.reduce((sum, plan) => sum + plan.inputs, 0);
  const prepared = (async () => {
    const jobs = (await Promise.all(plans.map((plan) => jobsOf(plan, kind)))).flat();
    const scalar = await runInNode(jobs.filter(({ build }) => build === "scalar"));
    return { jobs, expected: jobs.map((_, index) => scalar[Math.floor((index * scalar.length) / jobs.length)]!) };
  })();
  for (const [engine, { skip, run }] of Object.entries(ENGINES)) {
    test(`${count} ${kind} in every build: ${engine} returns the bits of the scalar module in Node`, { skip }, async (t) => {
      const { jobs, expected } = await prepared;
      // The scalar module against itself would prove nothing.
      const runs = jobs.flatMap((job, index) => (engine === "node" && job.build === "scalar" ? [] : [{ job, wanted: expected[index]! }]));
      const results = await run(runs.map(({ job }) => job));
      let compared = 0;
      for (const [index, { job, wanted }] of runs.entries()) {
        assert.equal(results[index]!.length, wanted.length, job.name);
        for (const [input, answer] of wanted.entries()) {
          const found = difference(results[index]![input]!, answer);
          assert.equal(found, undefined, `${job.name}, input ${input}: ${found}`);
          compared++;
        }
      }
      t.diagnostic(`${compared} answers of ${runs.length} modules`);
      assert.equal(compared, count * (engine === "node" ? 2 : 3));
    });
  }
}
