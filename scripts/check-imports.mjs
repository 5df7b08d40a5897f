#!/usr/bin/env node
// Who may import whom. Every import counts, `import type` too; what is not in the table is refused, and so is a cycle
// of files. The reasons are in docs/architecture.md ("Who may import whom").
import { readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import ts from 'typescript';

const PURE = ['zod', 'js-yaml', 'pure-rand'];
const CORE = ['errors', 'scenario', 'want', 'topology', 'events'];

/**
 * First match wins. `files`: paths under src. `may`: layers (its own is always allowed). `packages`: npm packages;
 * `node`: builtins without `node:`, '*' for all. A pure layer lists no builtin that reads or writes anything.
 */
export const LAYERS = [
  { name: 'index', files: /^index\.ts$/, may: ['*'], packages: [], node: [] },
  { name: 'errors', files: /^errors\.ts$/, may: [], packages: [], node: [] },
  { name: 'want', files: /^wire\/want\.ts$/, may: [], packages: [], node: [] },
  // what faults want together, and what does not go together: pure, so that the plan can refuse it
  {
    name: 'composition',
    files: /^wire\/(combination|compose|delay-table|direction-state|frame-class-key|steering)\.ts$/,
    may: ['want'],
    packages: [],
    node: [],
  },
  { name: 'topology', files: /^lab\/topology\.ts$/, may: ['errors'], packages: [], node: [] },
  {
    name: 'events',
    files: /^run\/(events|step-events|wire-events|engine-message)\.ts$/,
    may: ['scenario'],
    packages: [],
    node: [],
  },
  { name: 'run-file', files: /^run\/run-file\.ts$/, may: ['plan'], packages: [], node: [] },
  { name: 'room', files: /^wire\/room\.ts$/, may: ['want'], packages: [], node: [] },
  {
    name: 'lab-api',
    files: /^lab\/lab\.ts$/,
    may: ['topology', 'room', 'want', 'host', 'undo'],
    packages: [],
    node: ['child_process'],
  },
  // what was done, and how it is undone: written down first
  {
    name: 'undo',
    files: /^undo\//,
    may: ['errors', 'host', 'events'],
    packages: ['dockerode'],
    node: ['*'],
  },
  { name: 'scenario', files: /^scenario\//, may: ['errors'], packages: PURE, node: [] },
  {
    name: 'plug-in-run',
    files: /^(fault|observe|probe)\/(.*-run\.ts|.*-run\/.*|registry-run\.ts)$/,
    may: [...CORE, 'fault', 'observe', 'probe', 'wire', 'room', 'host', 'lab', 'lab-api', 'undo'],
    packages: PURE,
    node: ['*'],
  },
  { name: 'fault', files: /^fault\//, may: CORE, packages: PURE, node: ['crypto'] },
  // signals.ts lists the signals of observers and probes alike; there is no cycle of files
  { name: 'observe', files: /^observe\//, may: [...CORE, 'probe'], packages: PURE, node: [] },
  { name: 'probe', files: /^probe\//, may: [...CORE, 'observe'], packages: PURE, node: [] },
  {
    name: 'plan',
    files: /^plan\//,
    may: [...CORE, 'composition', 'fault', 'observe', 'probe'],
    packages: PURE,
    node: ['crypto'],
  },
  {
    name: 'check',
    files: /^check\//,
    may: [...CORE, 'plan', 'run-file'],
    packages: PURE,
    node: ['crypto'],
  },
  {
    name: 'report',
    files: /^report\//,
    may: [...CORE, 'plan', 'run-file', 'check'],
    packages: [...PURE, 'preact', '@preact/signals', 'uplot'],
    node: ['crypto'],
  },
  { name: 'host', files: /^host\//, may: ['errors'], packages: ['koffi'], node: ['*'] },
  {
    name: 'wire',
    files: /^wire\//,
    may: ['errors', 'scenario', 'want', 'composition', 'room', 'host'],
    packages: [],
    node: ['*'],
  },
  {
    name: 'service',
    files: /^service\//,
    may: ['errors', 'topology', 'lab-api'],
    packages: PURE,
    node: [],
  },
  {
    name: 'clab',
    files: /^lab\/clab\//,
    may: ['errors', 'scenario', 'topology', 'service'],
    packages: PURE,
    node: ['path', 'crypto', 'fs', 'fs/promises', 'os'],
  },
  {
    name: 'lab',
    files: /^lab\//,
    may: ['errors', 'scenario', 'want', 'topology', 'lab-api', 'room', 'wire', 'host'].concat([
      ...['service', 'clab', 'undo'],
    ]),
    packages: [...PURE, 'dockerode', 'execa'],
    node: ['*'],
  },
  {
    name: 'kernel',
    files: /^kernel\//,
    may: ['errors', 'host', 'run-file'],
    packages: [],
    node: ['*'],
  },
  {
    name: 'run',
    files: /^run\//,
    may: [
      ...CORE,
      'run-file',
      'plan',
      'fault',
      'observe',
      'probe',
      'plug-in-run',
      'room',
      'wire',
      'host',
    ].concat(['lab-api', 'lab', 'service', 'undo']),
    packages: PURE,
    node: ['*'],
  },
  {
    name: 'cli',
    files: /^cli\//,
    may: ['*'],
    packages: ['yargs', 'log-update', 'tinyglobby', ...PURE],
    node: ['*'],
  },
];

/** @returns {string[]} every import, dynamic ones and types included */
function importsOf(text) {
  const info = ts.preProcessFile(text, true, true);
  return info.importedFiles.map((imported) => imported.fileName);
}

const layerOf = (path) => LAYERS.find((layer) => layer.files.test(path));

function checkOne(path, specifier, layer) {
  if (specifier.startsWith('.')) {
    const target = posix.normalize(posix.join(posix.dirname(path), specifier));
    if (target.startsWith('..')) {
      return `${path}: imports ${specifier}, which is outside src`;
    }
    const other = layerOf(target);
    if (other === undefined) return `${path}: imports ${target}, which no layer of the table owns`;
    const allowed = other === layer || layer.may.includes('*') || layer.may.includes(other.name);
    return allowed ? undefined : `${path}: ${layer.name} may not import ${other.name} (${target})`;
  }
  if (specifier.startsWith('node:')) {
    const builtin = specifier.slice('node:'.length);
    const allowed = layer.node.includes('*') || layer.node.includes(builtin);
    return allowed ? undefined : `${path}: ${layer.name} may not import ${specifier}`;
  }
  const parts = specifier.split('/');
  const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
  return layer.packages.includes(name)
    ? undefined
    : `${path}: ${layer.name} may not import the package ${name}`;
}

/** One cycle as a list of files, or undefined. */
function findCycle(graph) {
  const state = new Map();
  const visit = (path, trail) => {
    if (state.get(path) === 'done') return undefined;
    if (state.get(path) === 'open') return [...trail.slice(trail.indexOf(path)), path];
    state.set(path, 'open');
    for (const next of graph.get(path) ?? []) {
      const cycle = visit(next, [...trail, path]);
      if (cycle !== undefined) return cycle;
    }
    state.set(path, 'done');
    return undefined;
  };
  for (const path of graph.keys()) {
    const cycle = visit(path, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/**
 * @param {ReadonlyMap<string, string>} files path under src -> text
 * @returns {string[]} what is not allowed
 */
export function checkImports(files) {
  const problems = [];
  const graph = new Map();
  for (const [path, text] of files) {
    const layer = layerOf(path);
    if (layer === undefined) {
      problems.push(`${path}: no layer of the table owns it`);
      continue;
    }
    const targets = [];
    for (const specifier of importsOf(text)) {
      const problem = checkOne(path, specifier, layer);
      if (problem !== undefined) problems.push(problem);
      if (specifier.startsWith('.')) {
        targets.push(posix.normalize(posix.join(posix.dirname(path), specifier)));
      }
    }
    graph.set(path, targets);
  }
  const cycle = findCycle(graph);
  if (cycle !== undefined) problems.push(`a cycle of imports: ${cycle.join(' -> ')}`);
  return problems;
}

function main() {
  const src = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');
  const paths = globSync('**/*.{ts,tsx}', { cwd: src }).sort();
  const files = new Map(
    paths.map((path) => [path.split(sep).join('/'), readFileSync(join(src, path), 'utf8')]),
  );
  const problems = checkImports(files);
  for (const problem of problems) console.error(`src/${problem}`);
  console.log(
    `${files.size} files in ${relative(process.cwd(), src)}, ${problems.length} problems`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
