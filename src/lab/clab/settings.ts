import type { YamlPath } from '../../scenario/yaml.ts';
import type { DnsSettings, HealthCheck, NodeSettings, WaitFor } from '../topology.ts';
import { goFlag, goNumber } from './go-number.ts';
import type { InheritedNode } from './inherit.ts';
import type { LabFile } from './lab-file.ts';
import { OpenQuote, splitCommand } from './shlex.ts';

/** Given on to Docker as they are. */
const CONTAINER_TEXTS = ['memory', 'cpu-set', 'cgroupns-mode'] as const;
const CONTAINER_LISTS = ['cap-add', 'security-opts', 'devices'] as const;

/** Docker's defaults, where a check says nothing (moby, daemon/health.go). */
const HEALTH = { interval: 30, timeout: 30, retries: 3, 'start-period': 0 } as const;

/** What a wait for a stage of another node is for us: all nodes and links are there before anything is started. */
const STAGES: Readonly<Record<string, WaitFor['until'] | 'always'>> = {
  create: 'always',
  'create-links': 'always',
  configure: 'configured',
  healthy: 'healthy',
  exit: 'exited',
};

/** Reads what a node says of how it runs; undefined where it says nothing. */
export function readSettings(
  file: LabFile,
  node: InheritedNode,
  expand: (text: string) => string,
  isForeign: boolean,
): NodeSettings | undefined {
  const reader = new SettingsReader(file, node, expand);
  const { command, ...others } = reader.read();
  // an image that runs as it is gets them from containerlab
  const settings = command === undefined || isForeign ? others : { ...others, command };
  return Object.keys(settings).length === 0 ? undefined : settings;
}

class SettingsReader {
  readonly #file: LabFile;
  readonly #node: InheritedNode;
  readonly #expand: (text: string) => string;

  constructor(file: LabFile, node: InheritedNode, expand: (text: string) => string) {
    this.#file = file;
    this.#node = node;
    this.#expand = expand;
  }

  read(): NodeSettings {
    const hostname = this.#node.text('hostname')?.text;
    const user = this.#node.text('user')?.text;
    const delayS = this.#number('startup-delay');
    const command = [...this.#words('entrypoint'), ...this.#words('cmd')];
    const healthcheck = this.#healthcheck();
    const dns = this.#dns();
    const tmpfs = this.#tmpfs();
    const shmBytes = this.#bytes('shm-size');
    // read for its complaint: what is no size is refused here, and not by Docker
    this.#bytes('memory');
    const container = this.#container();
    const waitFor = this.#waitFor();
    return {
      ...(hostname !== undefined && { hostname }),
      ...(user !== undefined && { user }),
      ...(delayS !== undefined && delayS > 0 && { startupDelayS: delayS }),
      ...(command.length > 0 && { command }),
      ...(healthcheck !== undefined && { healthcheck }),
      ...(dns !== undefined && { dns }),
      ...(Object.keys(tmpfs).length > 0 && { tmpfs }),
      ...(shmBytes !== undefined && { shmBytes }),
      ...(Object.keys(container).length > 0 && { container }),
      ...(waitFor.length > 0 && { waitFor }),
    };
  }

  #number(key: string): number | undefined {
    const written = this.#node.text(key);
    return written === undefined ? undefined : goNumber(written.text);
  }

  #words(key: string): readonly string[] {
    const written = this.#node.text(key);
    if (written === undefined) return [];
    try {
      return splitCommand(this.#expand(written.text));
    } catch (error) {
      if (!(error instanceof OpenQuote)) throw error;
      this.#file.complainInside(written.path, error.index, { message: error.message });
      return [];
    }
  }

  /** '64mb', '1Gb', '512 KiB', '67108864': as go-humanize reads it. */
  #bytes(key: string): number | undefined {
    const written = this.#node.text(key);
    if (written === undefined) return undefined;
    const bytes = bytesOf(written.text);
    if (bytes === undefined) {
      this.#file.complain(written.path, {
        message: `'${written.text}' is no size`,
        expected: '64MB, 1GiB',
      });
    }
    return bytes;
  }

  #healthcheck(): HealthCheck | undefined {
    const path = this.#node.definitionOf('healthcheck')?.path;
    if (path === undefined) return undefined;
    const at = [...path, 'healthcheck'];
    const test = this.#list([...at, 'test']);
    const [form, ...rest] = test;
    if (form === undefined || form === 'NONE') return undefined;
    const argv = form === 'CMD' ? rest : form === 'CMD-SHELL' ? shell(rest) : undefined;
    if (argv === undefined || argv.length === 0) {
      this.#file.complain([...at, 'test'], {
        message: `a health check begins with CMD, CMD-SHELL or NONE, not '${form}'`,
        expected: "test: [CMD-SHELL, 'curl -f http://localhost/']",
      });
      return undefined;
    }
    const seconds = (key: keyof typeof HEALTH): number => {
      const value = goNumber(this.#file.textAt([...at, key]) ?? '') ?? 0;
      return value > 0 ? Math.trunc(value) : HEALTH[key];
    };
    return {
      argv,
      intervalS: seconds('interval'),
      timeoutS: seconds('timeout'),
      retries: seconds('retries'),
      startPeriodS: seconds('start-period'),
    };
  }

  #dns(): DnsSettings | undefined {
    const path = this.#node.definitionOf('dns')?.path;
    if (path === undefined) return undefined;
    const list = (key: string): readonly string[] => this.#list([...path, 'dns', key]);
    return { servers: list('servers'), search: list('search'), options: list('options') };
  }

  #list(path: YamlPath): readonly string[] {
    const value = this.#file.valueAt(path);
    if (!Array.isArray(value)) return [];
    return value.map((_, index) => this.#file.textAt([...path, index]) ?? '');
  }

  #tmpfs(): Readonly<Record<string, string>> {
    const mounts = [...this.#node.map('tmpfs')].flatMap(([path, written]) => {
      if (/^\/./.test(path)) return [[path, written.text] as const];
      const message = `'${path}' is no absolute path in the node`;
      this.#file.complain(written.path, { message, expected: 'tmpfs: { /data: size=64m }' }, 'key');
      return [];
    });
    return Object.fromEntries(mounts);
  }

  #container(): NonNullable<NodeSettings['container']> {
    const texts = CONTAINER_TEXTS.map((key) => [key, this.#node.text(key)?.text] as const);
    const lists = CONTAINER_LISTS.map(
      (key) => [key, this.#node.list(key).map(({ text }) => text)] as const,
    );
    const privileged = this.#node.text('privileged')?.text;
    const all = [
      ...texts,
      ...lists.filter(([, list]) => list.length > 0),
      ['cpu', this.#number('cpu')] as const,
      ['privileged', privileged === undefined ? undefined : goFlag(privileged)] as const,
    ];
    return Object.fromEntries(
      all.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
    );
  }

  #waitFor(): readonly WaitFor[] {
    const waits = ['create', 'create-links', 'configure'].flatMap((stage) =>
      this.#node.levels.toReversed().flatMap(({ path }) => {
        const at = [...path, 'stages', stage, 'wait-for'];
        const list = this.#file.valueAt(at);
        return Array.isArray(list) ? list.map((_, index) => [...at, index]) : [];
      }),
    );
    return waits.flatMap((at) => {
      const node = this.#file.textAt([...at, 'node']) ?? '';
      const stage = this.#file.textAt([...at, 'stage']) ?? '';
      const until = STAGES[stage];
      if (!this.#file.keysAt(['topology', 'nodes']).includes(node) || node === this.#node.name) {
        this.#file.complain(at, {
          message: `'${this.#node.name}' waits for no other node: '${node}'`,
        });
        return [];
      }
      if (until === undefined) {
        const message = `'${stage}' is no stage to wait for`;
        this.#file.complain(at, { message, expected: Object.keys(STAGES).join(', ') });
        return [];
      }
      return until === 'always' ? [] : [{ node, until }];
    });
  }
}

function shell(words: readonly string[]): readonly string[] {
  return ['/bin/sh', '-c', words.join(' ')];
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1, b: 1, k: 1e3, kb: 1e3, m: 1e6, mb: 1e6, g: 1e9, gb: 1e9, t: 1e12, tb: 1e12,
  ki: 2 ** 10, kib: 2 ** 10, mi: 2 ** 20, mib: 2 ** 20, gi: 2 ** 30, gib: 2 ** 30, ti: 2 ** 40, tib: 2 ** 40,
}; // prettier-ignore

/** go-humanize, ParseBytes: powers of ten but for those with an i. */
export function bytesOf(text: string): number | undefined {
  const [, digits, unit = ''] = /^([\d.,]+)\s*([A-Za-z]*)$/.exec(text.trim()) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  const number = Number(digits?.replaceAll(',', ''));
  return digits === undefined || factor === undefined || !Number.isFinite(number)
    ? undefined
    : Math.trunc(number * factor);
}
