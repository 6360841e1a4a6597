// The compiler lays static data down in the order in which it meets it: the tables first, the weights (which leave the memory again) last.
import "./generated/tables";
import "./generated/identity";
import "./generated/layers";
import "./generated/line_buffers";
import "./generated/expanded_layers";
import "./generated/weights";

export * from "./module";
export { weightsAddress } from "./network/weights";
