import { posix, resolve } from 'node:path';
import type { Written } from './definition.ts';
import type { LabFile } from './lab-file.ts';
import type { TopologyBind } from '../topology.ts';

export interface BindContext {
  /** absolute: relative sources start here */
  readonly directory: string;
  /** what `~` stands for; undefined where nobody is at home */
  readonly home: string | undefined;
  readonly exists: ((path: string) => boolean) | undefined;
  readonly expand: (text: string) => string;
}

/** The machine's own trees: a node of namespaces has them already, and a run must not copy them. */
const MACHINE = ['/dev', '/proc', '/sys', '/lib/modules', '/usr/lib/modules', '/run', '/var/run'];

/**
 * The binds of a node, keyed by where they end (a more specific level replaces a more general one), in the order of
 * their targets. A bind of the machine's own files is handed to `leaveOut`.
 */
export function readBinds(
  file: LabFile,
  written: readonly Written[],
  context: BindContext,
  leaveOut: (bind: Written, message: string) => void,
): readonly TopologyBind[] {
  const binds = new Map<string, { bind: TopologyBind; from: Written }>();
  for (const from of written) {
    const bind = readBind(file, from, context);
    if (bind !== undefined) binds.set(bind.target, { bind, from });
  }
  const kept: TopologyBind[] = [];
  for (const [, { bind, from }] of [...binds].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const machine = MACHINE.find(
      (tree) => bind.source === tree || bind.source.startsWith(`${tree}/`),
    );
    if (machine !== undefined) {
      leaveOut(
        from,
        `'${bind.source}' belongs to the machine; a node has the kernel's own or none`,
      );
      continue;
    }
    if (context.exists?.(bind.source) === false) {
      const message = `'${bind.source}' does not exist`;
      file.complain(from.path, {
        message,
        expected: 'a file or directory; relative to the lab file',
      });
      continue;
    }
    kept.push(bind);
  }
  return kept;
}

function readBind(file: LabFile, from: Written, context: BindContext): TopologyBind | undefined {
  const [source = '', target, options, ...rest] = context.expand(from.text).split(':');
  const refuse = (message: string): undefined => {
    file.complain(from.path, {
      message,
      expected: 'source:target[:ro], the target an absolute path',
    });
    return undefined;
  };
  if (target === undefined || source === '' || rest.length > 0) {
    return refuse(`'${from.text}' is not a bind`);
  }
  if (!target.startsWith('/')) return refuse(`the target '${target}' is not an absolute path`);
  const normal = posix.normalize(target).replace(/(?<=.)\/$/, '');
  if (normal === '/') return refuse("a bind can't replace the whole file system");
  const absolute = sourcePath(source, context);
  if (absolute === undefined) return refuse("'~' has no meaning here: HOME is not set");
  return {
    source: absolute,
    target: normal,
    readOnly: (options ?? '').split(',').includes('ro'),
  };
}

function sourcePath(source: string, { directory, home }: BindContext): string | undefined {
  if (source !== '~' && !source.startsWith('~/')) return resolve(directory, source);
  return home === undefined ? undefined : resolve(home, `.${source.slice(1)}`);
}
