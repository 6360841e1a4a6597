/**
 * The module. A function with a faster SIMD version is in two files of the same name, X.ts and simd/X.ts: the twin has the same name and the same parameters and
 * computes the same bits. The caller imports both, under names with Scalar and Simd, and chooses by ASC_FEATURE_SIMD, which is a constant of the build. Files in
 * simd/ without a scalar X.ts hold what only those builds need; relaxed/ is the same for relaxed SIMD.
 */

// The compiler places static data in the order in which it reads it: the tables first, the weights, which the linker takes out of memory, last.
import "./generated/tables";
import "./generated/normalization";
import "./generated/gate";
import "./generated/input_affine";
import "./generated/answer_rules";
import "./generated/identity";
import "./generated/layers";
import "./generated/line_buffers";
import "./generated/expanded_layers";
import "./generated/gate";
import "./generated/weights";

export * from "./generated/optional_exports";
export * from "./module";
export { weightsAddress } from "./network/weights";
