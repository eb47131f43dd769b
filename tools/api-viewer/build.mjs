// Packs what the page at /docs needs of the npm package swagger-ui-dist:  node build.mjs ../../data/api-viewer
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

const [target] = process.argv.slice(2);
if (!target) throw new Error("usage: node build.mjs FOLDER");
const source = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
const { name, version } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));

// Scripts name a map of their source, which is not served: browsers' tools would ask for it in vain.
const withoutMap = (text) => text.replace(/\n?(\/\/# sourceMappingURL=\S+|\/\*# sourceMappingURL=\S+ ?\*\/)\s*$/, "\n");

mkdirSync(target, { recursive: true });
for (const file of ["swagger-ui-bundle.js", "swagger-ui.css"]) {
  const packed = gzipSync(withoutMap(readFileSync(join(source, file), "utf8")), { level: 9 });
  writeFileSync(join(target, `${file}.gz`), packed);
  console.log(`${file}: ${packed.length} bytes`);
}
const licences = ["NOTICE", "LICENSE", "swagger-ui-bundle.js.LICENSE.txt"];
const texts = licences.map((file) => readFileSync(join(source, file), "utf8").trim());
writeFileSync(join(target, "LICENSES.txt"), `${name} ${version}\n\n${texts.join("\n\n")}\n`);
