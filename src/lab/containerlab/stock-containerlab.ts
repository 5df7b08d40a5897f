import { z } from 'zod';
import { ChaosError } from '../../errors.ts';
import { inNamespaces, type NamespaceFds } from '../../host/namespaces.ts';

/** Where the stock program is and what it talks to. */
export interface StockContainerlab {
  readonly program: string;
  /** DOCKER_HOST */
  readonly docker: string;
  /** its lab directory is made under it */
  readonly directory: string;
  /** what is "the host" to it: far ends of `host` links are made in its network */
  readonly host: NamespaceFds;
}

const container = z.object({
  lab_name: z.string(),
  name: z.string(),
  container_id: z.string(),
  state: z.string(),
});

/** `--format json` of 0.68 and later is a map of labs; before it was one list (and had no `state` of its own then). */
const shown = z.union([
  z.object({ containers: z.array(container) }).transform(({ containers }) => containers),
  z.record(z.string(), z.array(container)).transform((labs) => Object.values(labs).flat()),
]);

export interface DeployedContainer {
  /** 'clab-<lab>-<node>' */
  readonly name: string;
  readonly id: string;
  readonly state: string;
}

/** What deploy and inspect write with `--format json`. */
export function readContainers(json: string, lab: string): readonly DeployedContainer[] {
  const parsed = shown.parse(JSON.parse(json));
  return parsed
    .filter((each) => each.lab_name === lab)
    .map((each) => ({ name: each.name, id: each.container_id, state: each.state }));
}

/** @throws ChaosError 'lab-failed' with what containerlab said */
export async function deploy(
  stock: StockContainerlab,
  file: string,
  lab: string,
  signal: AbortSignal,
): Promise<readonly DeployedContainer[]> {
  const argv = ['deploy', '--topo', file, '--format', 'json'];
  return readContainers(await call(stock, argv, signal), lab);
}

export async function destroy(stock: StockContainerlab, file: string): Promise<void> {
  await call(stock, ['destroy', '--topo', file, '--cleanup']);
}

async function call(
  { program, docker, directory, host }: StockContainerlab,
  argv: readonly string[],
  cancelSignal?: AbortSignal,
): Promise<string> {
  // loaded with the driver's first use, as dockerode is (own-docker.ts)
  const { execa } = await import('execa');
  // it must not go on when nobody is left who would remove what it makes
  const dieWithUs = ['--pdeathsig', 'KILL', '--', program];
  const child = inNamespaces(host, () =>
    execa('setpriv', [...dieWithUs, ...argv], {
      cwd: directory,
      env: { CLAB_VERSION_CHECK: 'disable', CLAB_LABDIR_BASE: directory, DOCKER_HOST: docker },
      reject: false,
      stdin: 'ignore',
      ...(cancelSignal !== undefined && { cancelSignal }),
    }),
  );
  const result = await child;
  if (result.isCanceled) throw cancelSignal?.reason;
  if (result.exitCode === 0) return result.stdout;
  const why = result.exitCode === undefined ? result.shortMessage : lastWords(result.stderr);
  throw new ChaosError('lab-failed', `containerlab ${argv[0] ?? ''}: ${why}`);
}

/** Its log lines begin with the time; what it failed with is the last ERROR box, wrapped at 120 columns. */
function lastWords(stderr: string): string {
  const plain = stderr.replaceAll(/\u001b\[[\d;]*m/g, '');
  const box = /\n\s*ERROR\s*\n(?<text>.*)$/s.exec(plain)?.groups?.['text'] ?? plain.slice(-2000);
  return box.replaceAll(/\s+/g, ' ').trim();
}
