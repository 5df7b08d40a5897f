import { join } from 'node:path';
import { ChaosError } from '../errors.ts';
import { drivers } from '../lab/registry.ts';
import type { LabEvent, StartedLab } from '../lab/lab.ts';
import { notHonouredBy } from '../lab/topology.ts';
import { listSignals } from '../observe/signals.ts';
import type { Room, RoomReport } from '../wire/room.ts';
import { startRoom } from '../wire/room-main.ts';
import { conditionStates, waitUntilHeld } from './conditions.ts';
import { EventLog } from './event-log.ts';
import type { RunEndReason, RunEvent } from './events.ts';
import type { Outer } from './outer.ts';
import type { EngineFile } from './engine-file.ts';
import { SignalBoard } from './signal-board.ts';
import { journalFile } from '../undo/journal-file.ts';
import { UndoJournal } from '../undo/journal.ts';
import { endLab, journalOfLab } from './lab-journal.ts';
import { NodeFaults } from './node-faults.ts';
import { plannedInNodes } from './planned-in-nodes.ts';
import { Timeline } from './timeline.ts';
import { UndoInEngine } from './undo-in-engine.ts';
import { Watches } from './watches.ts';
import { roomFailure, whyEnded } from './why-ended.ts';
import { isWorthALine } from './worth-a-line.ts';

const FLUSH_EVERY_MS = 500;
const BEAT_EVERY_MS = 1000;

/** What the phases of a run share. */
interface Run {
  readonly file: EngineFile;
  readonly directory: string;
  readonly outer: Outer;
  readonly room: Room;
  readonly log: EventLog;
  readonly board: SignalBoard;
  readonly watches: Watches;
  readonly timeline: Timeline;
  readonly journal: UndoJournal;
  readonly nodeFaults: NodeFaults;
  readonly undoing: UndoInEngine;
  readonly abort: AbortController;
}

/** Execute a run inside its sandbox: from an empty room to a closed events.ndjson. */
export async function runEngine(file: EngineFile, directory: string, outer: Outer): Promise<void> {
  const sendAhead = file.kernel === 'embedded';
  const room = startRoom(process.hrtime.bigint(), { sendAhead });
  const worthALine = isWorthALine(file.plan);
  const log = new EventLog(join(directory, 'events.ndjson'), (event: RunEvent) => {
    if (worthALine(event)) outer.tell({ type: 'event', event });
  });
  const run = prepare(file, directory, outer, room, log);
  const stopBeating = beat(run);
  let lab: StartedLab | undefined;
  let reason: RunEndReason = 'completed';
  let message: string | undefined;
  try {
    lab = await setUp(run);
    reason = await execute(run, lab);
  } catch (error) {
    ({ reason, message } = whyEnded(error, run.abort.signal));
    if (reason === 'bug') process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
  }
  await run.nodeFaults.undoAll();
  stopBeating();
  run.abort.abort(new ChaosError('interrupted', 'the run is over'));
  const endNs = room.now();
  log.add(endNs, { type: 'phase', phase: 'tear-down' });
  log.add(endNs, { type: 'run-ended', reason, ...(message !== undefined && { message }) });
  const digest = log.close(endNs);
  await endLab({ lab, room, journal: run.journal, outer });
  outer.tell({ type: 'done', reason, digest });
}

function prepare(
  file: EngineFile,
  directory: string,
  outer: Outer,
  room: Room,
  log: EventLog,
): Run {
  const abort = new AbortController();
  const { plan } = file;
  const board = new SignalBoard(log, listSignals(plan));
  const onFailure = (error: unknown): void => {
    abort.abort(error);
  };
  const watches = new Watches({ plan, room, log, board, signal: abort.signal, onFailure });
  const undoing = new UndoInEngine();
  const journal = new UndoJournal(journalFile(join(directory, 'undo.ndjson')), (act) =>
    undoing.execute(act),
  );
  const nodeFaults = new NodeFaults({ room, log, journal });
  const timeline = new Timeline({ file, room, log, outer, board, nodeFaults });
  outer.onInterrupt(() => {
    abort.abort(new ChaosError('interrupted', 'interrupted'));
  });
  room.onReport((reports: readonly RoomReport[]) => {
    for (const report of reports) {
      if (report.type === 'error') onFailure(roomFailure(report.message, file));
      else if (report.type === 'gap') {
        const { source, lost, sinceNs, tNs } = report;
        log.add(tNs, { type: 'gap', source, lost, since: sinceNs });
      }
      timeline.report(report);
      watches.report(report);
    }
  });
  const parts = { log, board, watches, timeline, journal, nodeFaults, undoing };
  return { file, directory, outer, room, abort, ...parts };
}

/** The lab is up, everything watches; nothing is known to be well yet. */
async function setUp(run: Run): Promise<StartedLab> {
  const { file, room, log, outer, abort } = run;
  const { plan } = file;
  log.add(room.now(), { type: 'run-started', scenario: plan.name, seed: plan.seed });
  log.add(room.now(), { type: 'phase', phase: 'set-up' });
  run.board.declareAll(room.now());
  outer.tell({ type: 'progress', text: `raising ${plan.topology.nodes.length} nodes` });
  const driver = drivers[file.driver];
  if (driver === undefined) throw new ChaosError('bug', `no driver '${file.driver}'`);
  for (const { node, key, message } of notHonouredBy(plan.topology, file.driver)) {
    const where = node === undefined ? {} : { node };
    log.add(room.now(), { type: 'notice', ...where, key, message });
  }
  const lab = await driver.start(plan.topology, {
    room,
    runDirectory: run.directory,
    signal: abort.signal,
    journal: journalOfLab(run.journal, abort.signal),
    ...plannedInNodes(file),
    onEvent: (event: LabEvent) => {
      log.add(room.now(), event);
    },
  });
  run.undoing.lab = lab;
  outer.tell({ type: 'progress', text: 'lab is up; starting observers and probes' });
  await run.watches.start(lab);
  if (!file.noFaults) await run.nodeFaults.prepare(plan.steps);
  return lab;
}

async function execute(run: Run, lab: StartedLab): Promise<RunEndReason> {
  const { plan } = run.file;
  if (!(await becomeReady(run))) return 'never-ready';
  await run.timeline.play(lab, run.abort.signal);
  await recover(run);
  // a check may ask for longer than a lab that recovers early would be watched
  await run.timeline.watchOn(run.abort.signal);
  await run.watches.stop();
  const nowNs = run.room.now();
  const conditions = conditionStates(plan.settled, run.board);
  run.log.add(nowNs, { type: 'phase', phase: 'settled' });
  run.log.add(nowNs, {
    type: 'settled',
    holds: conditions.every((c) => c.value === true),
    conditions,
  });
  return 'completed';
}

async function becomeReady(run: Run): Promise<boolean> {
  const { room, log, board, outer, abort } = run;
  const { ready } = run.file.plan;
  outer.tell({ type: 'progress', text: 'waiting until ready' });
  const heldFromNs = await waitUntilHeld({
    conditions: ready.that,
    board,
    holdNs: ready.holdNs,
    withinNs: ready.withinNs,
    now: () => room.now(),
    signal: abort.signal,
  });
  if (heldFromNs === null) {
    log.add(room.now(), { type: 'never-ready', conditions: conditionStates(ready.that, board) });
    return false;
  }
  const originNs = heldFromNs + ready.holdNs;
  log.startAt(originNs);
  log.add(originNs, { type: 'ready' });
  run.timeline.startAt(originNs);
  return true;
}

async function recover(run: Run): Promise<void> {
  const { room, log, board, abort } = run;
  const { recovery } = run.file.plan;
  run.timeline.recoverFrom(room.now());
  if (recovery.type === 'time') {
    await run.timeline.sleep(recovery.forNs, abort.signal);
    return;
  }
  const sinceNs = await waitUntilHeld({
    conditions: recovery.conditions,
    board,
    holdNs: recovery.holdNs,
    withinNs: recovery.atMostNs,
    now: () => room.now(),
    signal: abort.signal,
  });
  if (sinceNs !== null) log.add(room.now(), { type: 'recovered', since: sinceNs });
  else {
    const conditions = conditionStates(recovery.conditions, board);
    log.add(room.now(), { type: 'not-recovered', conditions });
  }
}

/** Lab time goes on: events leave, and the outer process sees it once a lab second. */
function beat(run: Run): () => void {
  const flush = setInterval(() => {
    run.log.flush(run.room.now());
  }, FLUSH_EVERY_MS);
  const beats = setInterval(() => {
    run.outer.tell({ type: 'beat', labMs: run.timeline.labMs() });
  }, BEAT_EVERY_MS);
  return () => {
    clearInterval(flush);
    clearInterval(beats);
  };
}
