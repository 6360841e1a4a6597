import type { Pool, PoolOptions } from "./pool.js" with { "resolution-mode": "import" };

/** Creates a pool of threads that classify recordings. Each thread begins with the first recording that it gets. */
export declare function createPool(options?: PoolOptions): Promise<Pool>;
export type { Pool, PoolClassifyOptions, PoolOptions } from "./pool.js" with { "resolution-mode": "import" };
