import { setTimeout as wait } from 'node:timers/promises';
import { isAlive, listProcesses, sendSignal, type ProcessSeen } from '../host/processes.ts';
import { processName } from './processes.ts';
import type { ProcessMark } from './undo-act.ts';

/** An engine whose runner is gone ends by itself, and at once. */
const GRACE_MS = 5000;
const GONE_WITHIN_MS = 5000;
const LOOK_EVERY_MS = 10;

/**
 * Nothing of an engine runs any more: it, and the commands that it has started in nodes, are of one session. A command
 * that is still at it would otherwise do its part after that was undone.
 * @throws when some of it cannot be ended
 */
export async function endSession(leader: ProcessMark): Promise<void> {
  for (let waitedMs = 0; isAlive(leader) && waitedMs < GRACE_MS; waitedMs += LOOK_EVERY_MS) {
    await wait(LOOK_EVERY_MS);
  }
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const left = sessionOf(leader);
    if (left.length === 0) return;
    if (waitedMs > GONE_WITHIN_MS) {
      const names = left.map(processName).join(', ');
      throw new Error(`processes of the engine that do not end: ${names}`);
    }
    for (const one of left) sendSignal(one, 'SIGKILL');
    await wait(LOOK_EVERY_MS);
  }
}

/** A session is named by the pid of its leader; a later one with the same name has another leader. */
function sessionOf(leader: ProcessMark): readonly ProcessSeen[] {
  const all = listProcesses().filter(({ state }) => state !== 'Z' && state !== 'X');
  const named = all.filter(({ session }) => session === leader.pid);
  const now = named.find(({ pid }) => pid === leader.pid);
  if (now !== undefined && now.startTicks !== leader.startTicks) return [];
  return named.filter(({ startTicks }) => BigInt(startTicks) >= BigInt(leader.startTicks));
}
