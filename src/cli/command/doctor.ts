import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { doctor, fixCommands, type DoctorCheck, type DoctorReport } from '../../kernel/doctor.ts';
import { findContainerlab } from '../../lab/containerlab/binary.ts';
import type { DockerPlaceName } from '../../lab/containerlab/docker-place.ts';
import { findImages } from '../../lab/containerlab/image-store.ts';
import { findProgram } from '../../kernel/find-program.ts';
import { images } from '../../service/registry.ts';
import { defineCommand, type Command } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { filesOfFaults } from '../run/check-faults.ts';
import { dockerOffers } from '../run/docker-offers.ts';
import { table } from '../table.ts';

const schema = z.object({ fix: z.boolean().default(false), json: z.boolean().default(false) });

/** Every program of every image of ours. */
const programs = Object.values(images).flatMap(({ name, programs: paths, packages }) =>
  paths.map((program) => ({ image: name, program, packages })),
);

export const command: Command = defineCommand({
  name: 'doctor',
  about: 'try what a run needs on this machine, and say how to get what is missing',
  positionals: [],
  options: {
    fix: { type: 'boolean', about: 'run the commands that fix what is missing (says each first)' },
    json: { type: 'boolean', about: 'as JSON' },
  },
  examples: [],
  schema,
  async run({ fix, json }, io) {
    const look = async (): Promise<DoctorReport> =>
      doctor(programs, filesOfFaults(), await containerChecks());
    let report = await look();
    if (fix && repair(report, io)) report = await look();
    if (json) io.out(`${JSON.stringify(report, null, 2)}\n`);
    else say(report, io);
    return report.ok ? EXIT.pass : EXIT.cannotRunHere;
  },
});

/** For --driver containerlab only: what it starts from, and whether each place for its Docker works here. */
async function containerChecks(): Promise<readonly DoctorCheck[]> {
  const made = (name: string, path: string | undefined, fix: readonly string[]): DoctorCheck => ({
    ...{ name, ok: path !== undefined, optional: true },
    detail: path ?? 'not there (only --driver containerlab needs it)',
    ...(path === undefined && { fix }),
  });
  const offers = await dockerOffers({ netem: false });
  const places = Object.entries(PLACE_NAMES).map(([place, name]) => {
    const { works, detail } = offers[place as DockerPlaceName];
    return { name, ok: works, optional: true, detail };
  });
  return [
    made('dockerd', findProgram('dockerd'), ['apt-get', 'install', '-y', 'docker.io']),
    made('stock containerlab', findContainerlab(process.env), ['chaos', 'lab', 'containerlab']),
    made('images of containers', findImages(process.env)?.disk, [
      ...['chaos', 'lab', 'images', 'build'],
    ]),
    ...places,
  ];
}

const PLACE_NAMES = {
  host: '--docker host',
  own: '--docker own',
  guest: '--docker own, embedded',
} satisfies Readonly<Record<DockerPlaceName, string>>;

function say(report: DoctorReport, io: Io): void {
  const rows = report.checks.map(({ name, ok, optional, detail }) => [
    ok ? 'ok' : optional ? '--' : 'NO',
    name,
    detail,
  ]);
  io.out(`${table(rows).join('\n')}\n`);
  const commands = fixCommands(report);
  if (commands.length === 0) return;
  io.out('\nto get what is missing (or: chaos doctor --fix):\n');
  for (const argv of commands) io.out(`  ${argv.join(' ')}\n`);
}

/** Runs each command until one fails; true when there was any. */
function repair(report: DoctorReport, io: Io): boolean {
  const commands = fixCommands(report);
  for (const argv of commands) {
    io.err(`runs: ${argv.join(' ')}\n`);
    const [program = '', ...rest] = ourselves(argv);
    const { status } = spawnSync(program, rest, { stdio: ['inherit', 2, 2] });
    if (status !== 0) {
      io.err(`  failed (exit ${String(status)})\n`);
      break;
    }
  }
  return commands.length > 0;
}

/** The `chaos` on PATH may be another program. */
function ourselves(argv: readonly string[]): readonly string[] {
  if (argv[0] !== 'chaos') return argv;
  const main = fileURLToPath(new URL('../main.js', import.meta.url));
  return [process.execPath, main, ...argv.slice(1)];
}
