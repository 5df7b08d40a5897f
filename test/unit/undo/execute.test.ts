import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collect } from '../../../src/host/commands.ts';
import { readProcess } from '../../../src/host/processes.ts';
import { executeUndo } from '../../../src/undo/execute.ts';
import { isReplayable, type NodeMark, type UndoActOf } from '../../../src/undo/undo-act.ts';
import type { UndoPlace } from '../../../src/undo/undo-place.ts';

const mark: NodeMark = { name: 'r1', init: null };

/** A node whose commands run here. */
const here: UndoPlace = {
  engine: null,
  node: () =>
    Promise.resolve({
      name: 'r1',
      initPid: null,
      inNet: (body) => body(),
      exec: ([program = '', ...args], options) =>
        collect(spawn(program, args), [program, ...args], options),
    }),
};

describe('executing what undoes an act', () => {
  let directory = '';
  const at = (name: string): string => join(directory, name);

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'chaos-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const sh = (script: string, more: Partial<UndoActOf<'run'>> = {}): UndoActOf<'run'> => {
    return { do: 'run', node: mark, argv: ['sh', '-c', script], rc: 0, ...more };
  };

  it('runs a command, and tells what it said', async () => {
    const said = await executeUndo(sh('echo well; exit 3', { rc: 3 }), here);
    assert.equal(said, 'r1: sh -c echo well; exit 3: well');
    await assert.rejects(executeUndo(sh('echo no >&2; false'), here), /exit code 1: no/);
  });

  it('runs none where all is as it was', async () => {
    const look = { argv: ['cat', at('state')], said: 'b\n\na\n' };
    const act = sh(`echo ran >${at('ran')}`, { look, shown: 'as it was' });
    writeFileSync(at('state'), 'a\nb\n');
    assert.equal(await executeUndo(act, here), 'as it was');
    assert.equal(existsSync(at('ran')), false);
    writeFileSync(at('state'), 'a\nb\nc\n');
    await executeUndo(act, here);
    assert.equal(existsSync(at('ran')), true);
  });

  it('judges by what must be as it was, not by the exit code', async () => {
    const look = { argv: ['cat', at('state')], said: 'a\n', of: 'its state' };
    writeFileSync(at('state'), 'b\n');
    const back = sh(`echo a >${at('state')}; false`, { look, shown: 'back' });
    assert.equal(await executeUndo(back, here), 'back');
    writeFileSync(at('state'), 'b\n');
    await assert.rejects(executeUndo(sh('echo done', { look }), here), {
      message: 'its state is not what it was: + b, - a (done)',
    });
  });

  it('does nothing in a node that is gone', async () => {
    const absent = (keepsFiles: boolean): UndoPlace => ({
      engine: null,
      node: () => Promise.resolve({ absent: true, why: 'is gone', keepsFiles }),
    });
    assert.equal(await executeUndo(sh('false'), absent(false)), 'r1: is gone');
    const file = { do: 'file', node: mark, path: '/etc/x', base64: null, made: [] } as const;
    assert.equal(await executeUndo(file, absent(false)), 'r1: is gone');
    await assert.rejects(executeUndo(file, absent(true)), /its file is not what it was/);
  });

  it('lets stopped processes go on, and no others of the same pid', async () => {
    const child = spawn('sleep', ['60']);
    try {
      const { pid = 0 } = child;
      const seen = readProcess(pid);
      assert(seen !== undefined);
      child.kill('SIGSTOP');
      while (readProcess(pid)?.state !== 'T') await new Promise(setImmediate);
      const { startTicks, command } = seen;
      const other = { pid, startTicks: `${startTicks}0`, command };
      await executeUndo({ do: 'go-on', processes: [other], group: null }, here);
      assert.equal(readProcess(pid)?.state, 'T');
      await executeUndo({ do: 'go-on', processes: [{ ...other, startTicks }], group: null }, here);
      while (readProcess(pid)?.state === 'T') await new Promise(setImmediate);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  it('removes directories that bear our name, and no others', async () => {
    const ours = at('clab-chaos-x');
    const other = at('other');
    for (const path of [ours, other]) mkdirSync(join(path, 'in'), { recursive: true });
    await executeUndo({ do: 'remove-directories', paths: [ours] }, here);
    assert.equal(existsSync(ours), false);
    const act = { do: 'remove-directories', paths: [other] } as const;
    await assert.rejects(executeUndo(act, here), /does not bear our name/);
    assert.equal(existsSync(other), true);
  });

  it('says what only the engine can', async () => {
    const acts = [
      { do: 'start-service', node: 'r1', service: 'zebra' },
      { do: 'turn-on', node: 'r1' },
      { do: 'size', node: mark, path: '/run', at: '/run/nodes/r1', bytes: 4096, in: 'engine' },
    ] as const;
    for (const act of acts) {
      assert.equal(isReplayable(act), false);
      await assert.rejects(executeUndo(act, here), /engine/);
    }
    assert.equal(isReplayable({ do: 'nothing' }), true);
  });
});
