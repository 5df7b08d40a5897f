import type { EngineMessage } from '../../run/engine-message.ts';
import { durationText, labTime } from '../duration-text.ts';
import type { Io } from '../io.ts';
import { describeEvent } from './describe-event.ts';

const HEARTBEAT_MS = 10_000;
const REDRAW_MS = 250;

/** What a person sees while a run goes on: one line per transition, and one status line where a terminal can redraw. */
export interface Progress {
  message(message: EngineMessage): void;
  /** a line of ours in between */
  say(text: string): void;
  end(): void;
}

/** What changes the status line. */
interface Status {
  labMs: number | null;
  phase: string;
  readonly activeSteps: Set<string>;
}

export async function startProgress(
  io: Io,
  options: { readonly quiet: boolean },
): Promise<Progress> {
  if (options.quiet)
    return { message: () => undefined, say: () => undefined, end: () => undefined };
  const started = performance.now();
  const wall = (): string => durationText(performance.now() - started);
  const live = io.errIsTty && io.env['CI'] === undefined && io.env['TERM'] !== 'dumb';
  return live ? liveProgress(io, wall) : plainProgress(io, wall);
}

function newStatus(): Status {
  return { labMs: null, phase: 'starting', activeSteps: new Set() };
}

function follow(status: Status, message: EngineMessage): string | undefined {
  switch (message.type) {
    case 'beat':
      status.labMs = message.labMs;
      return undefined;
    case 'progress':
      status.phase = message.text;
      return message.text;
    case 'paused':
      return `paused before ${message.step}: press Enter to go on`;
    case 'late':
    case 'done':
      return undefined;
    case 'event': {
      const { event } = message;
      status.labMs = event.t / 1e6;
      if (event.type === 'phase') status.phase = event.phase;
      if (event.type === 'ready') status.phase = 'ready';
      if (event.type === 'edge' && event.edge === 'start') status.activeSteps.add(event.step);
      if (event.type === 'edge' && event.edge === 'end') status.activeSteps.delete(event.step);
      return describeEvent(event);
    }
    default:
      return message satisfies never;
  }
}

function prefix(status: Status, message: EngineMessage, wall: string): string {
  const at = message.type === 'event' ? message.event.t / 1e6 : status.labMs;
  return `  ${(at === null ? '' : labTime(at)).padStart(11)}  ${wall.padStart(10)}  `;
}

function statusText(status: Status, wall: string): string {
  const steps = [...status.activeSteps].join(', ');
  const lab = status.labMs === null ? '' : `lab ${labTime(status.labMs)}, `;
  return `${lab}wall ${wall}: ${status.phase}${steps === '' ? '' : ` (${steps})`}`;
}

/** Without a terminal: plain lines, no redraw, no colour, and a sign of life every ten seconds. */
function plainProgress(io: Io, wall: () => string): Progress {
  const status = newStatus();
  const heartbeat = setInterval(() => {
    io.err(`  ... ${statusText(status, wall())}\n`);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    message(message) {
      const text = follow(status, message);
      if (text === undefined) return;
      io.err(`${prefix(status, message, wall())}${text}\n`);
      heartbeat.refresh();
    },
    say(text) {
      io.err(`${text}\n`);
    },
    end() {
      clearInterval(heartbeat);
    },
  };
}

/** In a terminal: the lines scroll, one status line below them is redrawn at most four times a second. */
async function liveProgress(io: Io, wall: () => string): Promise<Progress> {
  const { createLogUpdate } = await import('log-update');
  const block = createLogUpdate(process.stderr, { showCursor: true });
  const status = newStatus();
  const draw = (): void => {
    block(`  ${statusText(status, wall())}`);
  };
  const redraw = setInterval(draw, REDRAW_MS);
  redraw.unref();
  const print = (text: string): void => {
    block.clear();
    io.err(`${text}\n`);
    draw();
  };
  return {
    message(message) {
      const text = follow(status, message);
      if (text !== undefined) print(prefix(status, message, wall()) + text);
    },
    say: print,
    end() {
      clearInterval(redraw);
      block.clear();
    },
  };
}
