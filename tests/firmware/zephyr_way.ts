/** How Zephyr compiles and links, for the Makefiles of hosts/: its flags, its minimal C library's headers and functions, and libgcc. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { repositoryRoot } from "../support/paths.js";
import type { Host } from "./cortex_m_make.js";

const LIBRARY = join(repositoryRoot, "tests", "firmware", "minimal_libc");
export const CROSS: Readonly<Record<Host, string>> = { "cortex-m": "arm-none-eabi-", riscv: "riscv64-unknown-elf-" };

const FLAGS = [
  ...[
    "-std=c17",
    "-Os",
    "-ffreestanding",
    "-fno-common",
    "-fno-asynchronous-unwind-tables",
    "-fno-pic",
    "-fno-pie",
    "-fno-strict-aliasing",
  ],
  ...[
    "-fno-reorder-functions",
    "-fno-defer-pop",
    "-ftls-model=local-exec",
    "--param=min-pagesize=0",
    "-ffunction-sections",
    "-fdata-sections",
  ],
  ...["-imacros", join(LIBRARY, "zephyr_stdint.h"), "-nostdinc", "-isystem", LIBRARY],
];
const FLAGS_OF: Readonly<Record<Host, readonly string[]>> = { "cortex-m": ["-mabi=aapcs", "-mfp16-format=ieee", "-mtp=soft"], riscv: [] };

/** Of make(): objects go to `out`, with minimal_libc.c in place of memory.c. */
export function zephyrVariables(host: Host, out: string): Record<string, string> {
  const own = spawnSync(`${CROSS[host]}gcc`, ["-print-file-name=include"], { encoding: "utf8" }).stdout.trim();
  const objects = [
    "light_sernet",
    "main",
    "print",
    "print_number",
    "semihosting",
    "instructions",
    "reset",
    "startup",
    "minimal_libc",
    "sound",
  ];
  return {
    OUT: out,
    OBJECTS: objects.map((name) => join(out, `${name}.o`)).join(" "),
    VPATH: LIBRARY,
    LIBC: "-nostdlib",
    EXTRA_FLAGS: [...FLAGS, ...FLAGS_OF[host], "-isystem", own].join(" "),
    LIBS: "-lgcc",
  };
}
