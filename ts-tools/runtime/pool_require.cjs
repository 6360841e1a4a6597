// What require("light-sernet/pool") returns.
exports.createPool = async (...parameters) => (await import("./pool.js")).createPool(...parameters);
