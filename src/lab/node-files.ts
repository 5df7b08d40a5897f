import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { BoundFiles } from '../service/service.ts';
import type { TopologyNode } from './topology.ts';

/** A file or a directory that a node gets as its own copy: what it writes never reaches the lab's files. */
export interface NodeFile {
  /** absolute path in the node */
  readonly path: string;
  /** null: a directory, whatever is in it */
  readonly data: Buffer | null;
  readonly mode: number;
}

/**
 * Everything that a node binds, read while we are still outside: a path of the engine's may be covered in there.
 * A directory is taken with all that is in it.
 */
export function readBinds(node: TopologyNode, runDirectory: string): readonly NodeFile[] {
  return node.binds.flatMap((bind) => readTree(join(runDirectory, bind.source), bind.target));
}

function readTree(source: string, target: string): NodeFile[] {
  const status = statSync(source);
  const mode = status.mode & 0o7777;
  if (!status.isDirectory()) return [{ path: target, data: readFileSync(source), mode }];
  const names = readdirSync(source).sort();
  const all = names.flatMap((name) => readTree(join(source, name), join(target, name)));
  return [{ path: target, data: null, mode }, ...all];
}

export function boundFiles(files: readonly NodeFile[]): BoundFiles {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return (path) => byPath.get(path)?.data?.toString('utf8');
}

/** Synchronous, inside the node. */
export function writeNodeFiles(files: readonly NodeFile[]): void {
  for (const file of files) {
    if (file.data === null) {
      // one that is there keeps what its daemons may do in it
      if (!existsSync(file.path)) mkdirSync(file.path, { recursive: true, mode: file.mode });
      continue;
    }
    mkdirSync(dirname(file.path), { recursive: true });
    // a link of the machine's (/etc/resolv.conf) leads to what the node has not
    const isLink = lstatSync(file.path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    if (isLink && !existsSync(file.path)) rmSync(file.path);
    writeFileSync(file.path, file.data);
    chmodSync(file.path, file.mode);
  }
}

export function textFiles(texts: Readonly<Record<string, string>>): readonly NodeFile[] {
  return Object.entries(texts).map(([path, text]) => ({
    path,
    data: Buffer.from(text),
    mode: 0o644,
  }));
}
