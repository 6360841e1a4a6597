/**
 * The system interface of WASI preview 1. AssemblyScript imports a declared function from the module that its file is named after: so this
 * file bears the name of the WASI module. All of them answer an errno, 0 for success.
 */

/** Reads into `count` vectors {address, bytes}; stores at `read` the number of bytes, 0 at the end of the file. */
export declare function fd_read(descriptor: i32, vectors: usize, count: i32, read: usize): i32;
/** Writes `count` vectors {address, bytes}; stores at `written` how many bytes went. */
export declare function fd_write(descriptor: i32, vectors: usize, count: i32, written: usize): i32;
/** Stores the number of arguments, the command's name included, and the bytes of all of them. */
export declare function args_sizes_get(count: usize, bytes: usize): i32;
/** Stores the addresses of the arguments at `addresses`, and the arguments, each ended by a zero byte, at `text`. */
export declare function args_get(addresses: usize, text: usize): i32;
/** Stores the time of a clock, u64 nanoseconds. */
export declare function clock_time_get(clock: i32, precision: u64, time: usize): i32;
/** Ends the command; does not return. */
export declare function proc_exit(code: i32): void;
