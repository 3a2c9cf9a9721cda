// Every exported type of @stomp/stompjs against ours: assignable in both directions, member by member.
//
// Private members make a class nominal in TypeScript, so that nobody else's class can ever be assigned to it; they are the
// implementation and not the API, and are left out of the copy of stomp.js's declarations that is compared.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";
import { say } from "../lib/summary.mjs";

const require = createRequire(import.meta.url);
const work = mkdtempSync(join(tmpdir(), "stomp-compat-"));
afterAll(() => {
  rmSync(work, { recursive: true });
  say(`compat: ${checked} members of the types checked both ways, ${different.length} missing or different`);
});
let checked = 0;
const different = [];

cpSync(join(dirname(require.resolve("@stomp/stompjs")), "../esm6"), join(work, "theirs"), { recursive: true });
cpSync(fileURLToPath(new URL("../../pkg/esm", import.meta.url)), join(work, "ours"), { recursive: true });
for (const file of readdirSync(join(work, "theirs"), { recursive: true })) {
  if (!file.endsWith(".d.ts")) continue;
  const path = join(work, "theirs", file);
  writeFileSync(path, withoutPrivates(readFileSync(path, "utf8")));
}

/** A declaration file without its private members. */
function withoutPrivates(text) {
  const source = ts.createSourceFile("x.d.ts", text, ts.ScriptTarget.Latest, true);
  const cuts = [];
  const visit = (node) => {
    if (ts.isClassElement(node) && ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) cuts.push([node.pos, node.end]);
    else ts.forEachChild(node, visit);
  };
  visit(source);
  for (const [from, to] of cuts.reverse()) text = text.slice(0, from) + text.slice(to);
  return text;
}

const options = { strict: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, lib: ["lib.es2022.d.ts", "lib.dom.d.ts"], types: [], noEmit: true };
/** The exports of an entry: name to whether it is a type, a value, or both. */
function exportsOf(folder) {
  const file = join(work, folder, "index.d.ts");
  const program = ts.createProgram([file], options);
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(file));
  return new Map(
    checker.getExportsOfModule(module).map((symbol) => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      return [symbol.name, { type: !!(target.flags & ts.SymbolFlags.Type), value: !!(target.flags & ts.SymbolFlags.Value) }];
    }),
  );
}
const theirs = exportsOf("theirs");
const ours = exportsOf("ours");

const file = join(work, "compare.ts");
let text = 'import * as ours from "./ours/index.js";\nimport * as theirs from "./theirs/index.js";\n';
for (const [name, { type, value }] of theirs) {
  const mine = ours.get(name);
  if (type && mine?.type) text += `export type ours_${name} = ours.${name}; export type theirs_${name} = theirs.${name};\n`;
  if (value && mine?.value) text += `export declare const vours_${name}: typeof ours.${name}, vtheirs_${name}: typeof theirs.${name};\n`;
}
writeFileSync(file, text);
const program = ts.createProgram([file], options);
const checker = program.getTypeChecker();
const source = program.getSourceFile(file);
const declared = new Map(checker.getExportsOfModule(checker.getSymbolAtLocation(source)).map((symbol) => [symbol.name, symbol]));
const typeOf = (name) => {
  const symbol = declared.get(name);
  return symbol.flags & ts.SymbolFlags.TypeAlias ? checker.getDeclaredTypeOfSymbol(symbol) : checker.getTypeOfSymbolAtLocation(symbol, source);
};
const writable = (symbol) =>
  !symbol.declarations?.some(
    (d) => ts.getCombinedModifierFlags(d) & ts.ModifierFlags.Readonly || (ts.isGetAccessor(d) && !symbol.declarations.some(ts.isSetAccessor)),
  );

/** What is wrong between two types, by members. */
function compare(path, mine, other) {
  const faults = [];
  const check = (path, a, b) => {
    checked++;
    if (!checker.isTypeAssignableTo(a, b)) faults.push(`${path}: ours (${checker.typeToString(a)}) is not theirs (${checker.typeToString(b)})`);
    else if (!checker.isTypeAssignableTo(b, a)) faults.push(`${path}: theirs (${checker.typeToString(b)}) is not ours (${checker.typeToString(a)})`);
  };
  check(path, mine, other);
  for (const member of other.getProperties()) {
    // What every array, text or class has by the language is not the package's.
    if (checker.isArrayLikeType(other) || !(other.flags & ts.TypeFlags.Object) || member.name === "prototype") continue;
    const own = mine.getProperty(member.name);
    if (!own) {
      checked++;
      faults.push(`${path}.${member.name}: missing`);
      continue;
    }
    check(`${path}.${member.name}`, checker.getTypeOfSymbolAtLocation(own, source), checker.getTypeOfSymbolAtLocation(member, source));
    if (writable(own) !== writable(member)) faults.push(`${path}.${member.name}: ${writable(own) ? "writable" : "read-only"} here, not there`);
  }
  return faults;
}

describe("the types of @stomp/stompjs 7.5", { timeout: 120_000 }, () => {
  it("both sets of declarations are sound by themselves", () => {
    const errors = ts.getPreEmitDiagnostics(program).map((d) => ts.flattenDiagnosticMessageText(d.messageText, "\n"));
    expect(errors).toEqual([]);
    expect(theirs.size).toBeGreaterThan(30);
  });

  it.each([...theirs.keys()])("%s", (name) => {
    const { type, value } = theirs.get(name);
    const faults = [];
    if ((type && !ours.get(name)?.type) || (value && !ours.get(name)?.value)) faults.push(`${name}: missing`);
    else {
      if (type) faults.push(...compare(name, typeOf(`ours_${name}`), typeOf(`theirs_${name}`)));
      if (value) faults.push(...compare(`typeof ${name}`, typeOf(`vours_${name}`), typeOf(`vtheirs_${name}`)));
    }
    different.push(...faults);
    expect(faults).toEqual([]);
  });
});
