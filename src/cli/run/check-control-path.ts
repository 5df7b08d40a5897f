import { ChaosError, type Problem } from '../../errors.ts';
import type { ExecParams } from '../../fault/exec.ts';
import { exec } from '../../fault/exec.ts';
import type { Plan } from '../../plan/plan.ts';
import { servicesOf } from './check-faults.ts';

/**
 * The way by which chaos runs a lab. Over wires it has none that a fault could cut: every wire is the lab's, chaos and its
 * engine speak through a pipe, and what leads out of a lab is no wire. Commands are another matter: a node that runs no
 * daemon has no processes of its own, so what ends processes there can only hit those that run the lab.
 */
const ENDS_PROCESSES = [
  ...['kill', 'pkill', 'killall', 'killall5', 'skill', 'fuser'],
  ...['reboot', 'halt', 'poweroff', 'shutdown', 'init', 'telinit', 'systemctl', 'kexec'],
];
/** These begin other commands: `timeout 5 pkill node` */
const BEGINS_ANOTHER = [
  ...['env', 'nice', 'nohup', 'setsid', 'stdbuf', 'timeout', 'sudo', 'chrt', 'ionice', 'taskset'],
  ...['xargs', 'exec', 'sh', 'bash', 'dash', 'busybox'],
];

/** @throws ChaosError 'invalid' with every place where a command would end what runs the lab */
export function checkControlPath(plan: Plan): void {
  const problems = commandsOf(plan).flatMap(({ position, what, node, argv }): Problem[] => {
    const program = endingProgram(argv);
    if (program === undefined || servicesOf(node, plan.topology).length > 0) return [];
    const message = `${what}: '${program}' in '${node}' would end what runs the lab: the node runs no daemon, and has no processes of its own`;
    const hint = "to end a process that was started there: kill: {node, process: NAME}; to stop the node: node-stop"; // prettier-ignore
    return [{ position, message, hint }];
  });
  if (problems.length === 0) return;
  const n = problems.length === 1 ? 'a problem' : `${String(problems.length)} problems`;
  throw new ChaosError('invalid', `${n} in ${plan.file}`, { problems });
}

interface Command {
  readonly position: Problem['position'];
  /** "step 'x' (exec)" */
  readonly what: string;
  readonly node: string;
  readonly argv: readonly string[];
}

function commandsOf({ steps }: Plan): readonly Command[] {
  return steps.flatMap(({ id, position, faults, act }) => [
    ...(act === undefined
      ? []
      : [{ position, what: `step '${id}' (act)`, node: act.node, argv: act.argv }]),
    ...faults
      .filter(({ kind }) => kind === exec.name)
      .flatMap(({ params, target }) => {
        const { argv, undo } = params as ExecParams;
        const what = `step '${id}' (exec)`;
        return (target.nodes ?? []).flatMap((node) =>
          [argv, undo].map((each) => ({ position, what, node, argv: each })),
        );
      }),
  ]);
}

/** The program that ends processes, of a command line or of the words of a shell's script in it. */
function endingProgram(argv: readonly string[]): string | undefined {
  const [first = ''] = argv;
  const program = nameOf(first);
  if (ENDS_PROCESSES.includes(program)) return program;
  if (!BEGINS_ANOTHER.includes(program)) return undefined;
  const words = argv.slice(1).flatMap((word) => word.split(/[\s;&|(){}`$"']+/u));
  return words.map(nameOf).find((word) => ENDS_PROCESSES.includes(word));
}

/** '/bin/kill' is kill */
function nameOf(word: string): string {
  return word.split('/').at(-1) ?? word;
}
