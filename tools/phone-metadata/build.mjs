// Writes the phone number metadata of the npm package google-libphonenumber as libphonenumber's
// PhoneMetadataCollection in protobuf binary:  node build.mjs ../../data/phone_metadata.pb
//
// The package is one bundled script. It holds the metadata as one object literal: region -> array indexed
// by protobuf field number. What is not known here stops the script, so that a change of the format
// cannot pass unseen.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { runInNewContext } from "node:vm";

// libphonenumber's phonemetadata.proto, by field number. A trailing * is "repeated".
const numberFormat = {
  1: "string", 2: "string", 3: "string*", 4: "string", 5: "string", 6: "bool",
};
const numberDesc = {
  2: "string", 6: "string", 9: "int32*", 10: "int32*",
};
const descs = [1, 2, 3, 4, 5, 6, 7, 8, 21, 24, 25, 27, 28, 29, 30, 31, 33];
const metadata = {
  ...Object.fromEntries(descs.map((field) => [field, numberDesc])),
  9: "string", 10: "int32", 11: "string", 12: "string", 13: "string", 15: "string", 16: "string", 17: "string",
  18: "bool", 19: [numberFormat], 20: [numberFormat], 22: "bool", 23: "string", 26: "bool", 32: "bool",
};
const metadataField = 1; // of PhoneMetadataCollection
// Ours; protobuf readers that do not know it pass over it. src/numbering/metadata.cpp reads it.
const versionField = 1000;

function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const more = rest > 127n;
    bytes.push(Number(rest & 127n) | (more ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

const varintField = (field, value) => Buffer.concat([varint(field * 8), varint(value)]);
const bytesField = (field, bytes) => Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);

function scalar(type, field, value, place) {
  if (type === "string" && typeof value === "string") return bytesField(field, Buffer.from(value));
  if (type === "int32" && Number.isInteger(value)) return varintField(field, value);
  if (type === "bool" && (value === 0 || value === 1 || typeof value === "boolean"))
    return varintField(field, value ? 1 : 0);
  throw new Error(`${place}: expected a ${type}, found ${JSON.stringify(value)}`);
}

function message(fields, values, place) {
  const parts = [];
  values.forEach((value, field) => {
    if (value === null || value === undefined) return;
    const type = fields[field];
    const here = `${place}.${field}`;
    if (type === undefined) throw new Error(`${here}: a field that is not known`);
    if (Array.isArray(type)) {
      for (const item of value) parts.push(bytesField(field, message(type[0], item, here)));
    } else if (typeof type === "object") {
      parts.push(bytesField(field, message(type, value, here)));
    } else if (type.endsWith("*")) {
      for (const item of value) parts.push(scalar(type.slice(0, -1), field, item, here));
    } else {
      parts.push(scalar(type, field, value, here));
    }
  });
  return Buffer.concat(parts);
}

// The object literal that is assigned to `name`; braces in strings do not count.
function literalOf(script, name) {
  const start = script.indexOf(`${name}={`) + name.length + 1;
  if (start <= name.length) throw new Error(`${name} is not in the script`);
  let depth = 0;
  for (let i = start; i < script.length; ++i) {
    if (script[i] === '"') {
      for (++i; script[i] !== '"'; ++i) if (script[i] === "\\") ++i;
    } else if (script[i] === "{") {
      ++depth;
    } else if (script[i] === "}" && --depth === 0) {
      return script.slice(start, i + 1);
    }
  }
  throw new Error(`${name} does not end`);
}

const [target] = process.argv.slice(2);
if (!target) throw new Error("usage: node build.mjs FILE");
const require = createRequire(import.meta.url);
const { name, version } = require("google-libphonenumber/package.json");
const script = readFileSync(require.resolve("google-libphonenumber/dist/libphonenumber.js"), "utf8");
const literal = literalOf(script, "i18n.phonenumbers.metadata.countryToMetadata");
const regions = Object.entries(runInNewContext(`(${literal})`, Object.create(null)));
const collection = Buffer.concat([
  bytesField(versionField, Buffer.from(`${name} ${version}`)),
  ...regions.map(([region, values]) => bytesField(metadataField, message(metadata, values, region))),
]);
writeFileSync(target, collection);
console.log(`${target}: ${name} ${version}, ${regions.length} regions, ${collection.length} bytes`);
