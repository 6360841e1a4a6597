// What require("light-sernet") returns: the functions that load something, which return promises anyway. The rest is in the ES module.
const load = () => import("./index.js");

exports.createRecognizer = async (...parameters) => (await load()).createRecognizer(...parameters);
exports.createLive = async (...parameters) => (await load()).createLive(...parameters);
exports.decodeSoundFile = async (...parameters) => (await load()).decodeSoundFile(...parameters);

for (const name of ["RecognizerError", "recognitionJson", "shortestFloat32"]) {
  Object.defineProperty(exports, name, {
    get() {
      throw new Error(
        `light-sernet is an ES module: ${name} is not there after require(); use const { ${name} } = await import("light-sernet")`,
      );
    },
  });
}
