import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { doctor, fixCommands, type DoctorCheck, type DoctorReport } from '../../kernel/doctor.ts';
import { findContainerlab } from '../../lab/containerlab/binary.ts';
import { findImageDisk } from '../../lab/containerlab/image-store.ts';
import { images } from '../../service/registry.ts';
import { defineCommand, type Command } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { filesOfFaults } from '../run/check-faults.ts';
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
    const look = (): Promise<DoctorReport> => doctor(programs, filesOfFaults(), containerChecks());
    let report = await look();
    if (fix && repair(report, io)) report = await look();
    if (json) io.out(`${JSON.stringify(report, null, 2)}\n`);
    else say(report, io);
    return report.ok ? EXIT.pass : EXIT.cannotRunHere;
  },
});

/** What --driver containerlab starts from; both are built once. */
function containerChecks(): readonly DoctorCheck[] {
  const made = (name: string, path: string | undefined, argv: readonly string[]): DoctorCheck => ({
    ...{ name, ok: path !== undefined, optional: true },
    detail: path ?? 'not built (only --driver containerlab needs it)',
    ...(path === undefined && { fix: ['chaos', 'lab', ...argv] }),
  });
  return [
    made('stock containerlab', findContainerlab(process.env), ['containerlab']),
    made('images of containers', findImageDisk(process.env), ['images', 'build']),
  ];
}

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
