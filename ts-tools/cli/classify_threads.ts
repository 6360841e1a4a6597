import { Worker } from "node:worker_threads";
import { STDIN } from "../host/file_names.js";
import { RecognizerError } from "../runtime/errors.js";
import type { Recognition } from "../runtime/result.js";
import { WorkerHandle } from "../runtime/worker_handle.js";
import { classifierOf, loadNodeModel, type NodeOptions } from "./classify_node.js";
import type { ThreadData } from "./classify_thread.js";
import type { FileClassifier } from "./file_classifier.js";

type Thread = WorkerHandle<string, Recognition>;

/**
 * Classifies each file in a thread, which reads it, too. There are as many threads as files at the same time; each begins with its first file. Standard input is read in
 * this one.
 */
export async function threadsClassifier(options: NodeOptions): Promise<FileClassifier> {
  const loaded = await loadNodeModel(options);
  const { long, crops, raw } = options;
  const workerData: ThreadData = { module: loaded.module, options: { long, ...(crops !== undefined && { crops }), raw } };
  const here = await classifierOf(loaded, options);
  const threads = new Set<Thread>();
  const idle = (): Thread | undefined => [...threads].find(({ isIdle }) => isIdle);
  const begin = (): Thread => {
    const thread: Thread = new WorkerHandle(new Worker(new URL("./classify_thread.js", import.meta.url), { workerData }));
    threads.add(thread);
    return thread;
  };
  return {
    ...here,
    // Statistics would be those of one thread.
    speaker: undefined,
    async classify(file) {
      if (file === STDIN) return here.classify(file);
      const thread = idle() ?? begin();
      try {
        return await thread.run(file);
      } finally {
        if (!thread.isAlive) threads.delete(thread);
      }
    },
    close() {
      here.close();
      for (const thread of threads) void thread.close(new RecognizerError("CLOSED", "the command has ended"));
    },
  };
}
