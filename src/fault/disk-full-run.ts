import { existsSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { resizeTmpfs } from '../host/mount.ts';
import type { StartedNode } from '../lab/lab.ts';
import { markOf } from '../undo/mark.ts';
import { mustRun } from '../undo/in-node.ts';
import type { UndoScope } from '../undo/journal.ts';
import type { UndoActOf } from '../undo/undo-act.ts';
import type { DiskFullParams } from './disk-full.ts';
import { nodesOf, type InjectNodeFault, type NodeFaultContext } from './node-fault-run.ts';
import { nodePath } from '../host/node-path.ts';
import { pathInRoot } from '../host/path-in-root.ts';

/** a tmpfs counts in pages, and a size of 0 is none at all (tmpfs(5)) */
const PAGE_BYTES = 4096;

/** A tmpfs that can be given another size. */
interface Volume {
  /** where the engine sees it */
  readonly seen: string;
  readonly place: Pick<UndoActOf<'size'>, 'at' | 'in'>;
  resize(bytes: number): Promise<void>;
}

export const injectDiskFull: InjectNodeFault = async (context) => {
  const shown: string[] = [];
  for (const node of nodesOf(context)) shown.push(await fill(node, context));
  return shown.join('; ');
};

async function fill(node: StartedNode, { fault, undo }: NodeFaultContext): Promise<string> {
  const { path, free } = fault.params as DiskFullParams;
  const volume = volumeOf(node, path);
  const before = statfsSync(volume.seen);
  const usedBytes = (before.blocks - before.bfree) * before.bsize;
  const wholeBytes = before.blocks * before.bsize;
  const bytes = usedBytes + Math.ceil(free / PAGE_BYTES) * PAGE_BYTES;
  await undo.step({
    about: `${node.name}: ${path} has ${wholeBytes} bytes`,
    act: () => volume.resize(Math.max(bytes, PAGE_BYTES)),
    undo: { do: 'size', node: markOf(node), path, bytes: wholeBytes, ...volume.place },
  });
  // an empty one cannot have a size of 0: it has a page, and something that fills it
  if (bytes === 0) await fillPage(node, path, undo);
  return `${node.name}: ${path}: ${freeText(volume)}, was ${before.bfree * before.bsize} bytes`;
}

async function fillPage(node: StartedNode, path: string, undo: UndoScope): Promise<void> {
  const file = join(path, '.chaos-disk-full');
  await undo.step({
    about: `${node.name}: remove ${file}`,
    act: () => {
      writeFileSync(nodePath(node, file), Buffer.alloc(PAGE_BYTES));
    },
    undo: { do: 'file', node: markOf(node), path: file, base64: null, made: [], shown: '' },
  });
}

function freeText({ seen }: Volume): string {
  const { bfree, bsize } = statfsSync(seen);
  return `${bfree * bsize} bytes free`;
}

/** @throws when the path is on no tmpfs, and on no overlay over one */
function volumeOf(node: StartedNode, path: string): Volume {
  const mount = mountAt(node, path);
  if (mount.type === 'tmpfs') {
    return {
      seen: nodePath(node, mount.at),
      place: { at: mount.at, in: 'node' },
      resize: async (bytes) => {
        const argv = ['mount', '-o', `remount,size=${bytes}`, mount.at];
        await mustRun(node, argv);
      },
    };
  }
  const upper = /(?:^|,)upperdir=([^,]+)/u.exec(mount.options)?.[1];
  // the upper layers of a node are on one tmpfs, which the engine has mounted
  const at = upper === undefined ? undefined : dirname(upper);
  if (mount.type !== 'overlay' || at === undefined || !isTmpfs(at)) {
    const other = `tmpfs: { ${path}: size=64m } in the lab file gives the node one of its own`;
    throw new Error(`${node.name}: ${path} is on ${mount.type}, one with other nodes'; ${other}`);
  }
  return {
    seen: at,
    place: { at, in: 'engine' },
    resize: (bytes) => {
      resizeTmpfs(at, bytes);
      return Promise.resolve();
    },
  };
}

interface Mount {
  readonly at: string;
  readonly type: string;
  readonly options: string;
}

/** The mount that a path of the node is on: the last of those with the longest prefix, proc(5) mountinfo. */
function mountAt({ initPid, name }: StartedNode, path: string): Mount {
  if (initPid === null) {
    const own = `tmpfs: { ${path}: size=64m } in the lab file gives it some`;
    throw new Error(`${name} has no files of its own; ${own}`);
  }
  if (!existsSync(pathInRoot(`/proc/${initPid}/root`, path))) {
    throw new Error(`${name}: there is no ${path}`);
  }
  const lines = readFileSync(`/proc/${initPid}/mountinfo`, 'utf8').trimEnd().split('\n');
  const mounts = lines.map((line): Mount => {
    const [mounted = '', described = ''] = line.split(' - ');
    const [type = '', , options = ''] = described.split(' ');
    return { at: mounted.split(' ')[4] ?? '', type, options };
  });
  const on = mounts.filter(({ at }) => at === '/' || `${path}/`.startsWith(`${at}/`));
  const found = on.reduce<Mount | undefined>(
    (best, mount) => (best === undefined || mount.at.length >= best.at.length ? mount : best),
    undefined,
  );
  if (found === undefined) throw new Error(`${name}: nothing is mounted at ${path}`);
  return found;
}

/** mounted by itself there, in the engine's own namespace */
function isTmpfs(path: string): boolean {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .some((line) => line.split(' ')[4] === path && line.includes(' - tmpfs '));
}
