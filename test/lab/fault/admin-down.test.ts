import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { startNodeFault } from '../../../src/fault/registry-run.ts';
import type { PlannedFault } from '../../../src/fault/fault.ts';
import { closeNamespaces, inNetns, makeNamespaces } from '../../../src/host/namespaces.ts';
import type { NamespaceFds } from '../../../src/host/namespaces.ts';
import type { StartedLab, StartedNode } from '../../../src/lab/lab.ts';
import { UndoInEngine } from '../../../src/run/undo-in-engine.ts';
import { UndoJournal } from '../../../src/undo/journal.ts';

/** A node that is a network namespace with e0 (its peer p0 in the same one), and a lab of it. */
class OneNode {
  readonly #fds: NamespaceFds = makeNamespaces({ files: false, pid: false }, () => undefined);

  inNet<T>(body: () => T): T {
    return inNetns(this.#fds.net, body);
  }

  sh(script: string): string {
    return this.inNet(() => execFileSync('sh', ['-ec', script], { encoding: 'utf8' }));
  }

  /** the parts of them that the fault needs */
  get lab(): StartedLab {
    const inNet: StartedNode['inNet'] = (body) => this.inNet(body);
    const node: Partial<StartedNode> = { name: 'r1', initPid: null, power: null, inNet };
    const lab: Partial<StartedLab> = { node: () => node as StartedNode };
    return lab as StartedLab;
  }

  close(): void {
    closeNamespaces(this.#fds);
  }
}

/** The fault with its journal, as the engine has them. */
class Injected {
  readonly #undoing = new UndoInEngine();
  readonly journal: UndoJournal = new UndoJournal(
    { write: () => undefined, close: () => undefined },
    (act) => this.#undoing.execute(act),
  );

  inject(fault: PlannedFault, lab: StartedLab): Promise<string> {
    this.#undoing.lab = lab;
    const { signal } = new AbortController();
    const undo = this.journal.scope('down', signal);
    return startNodeFault({ fault, lab, undo, signal, now: () => 0 });
  }

  async heal(): Promise<void> {
    assert.deepEqual((await this.journal.undoAll()).failures, []);
  }
}

function down(...endpoints: string[]): PlannedFault {
  return { kind: 'admin-down', params: {}, target: { directions: [], endpoints } };
}

describe('admin-down in a node', () => {
  let node: OneNode;
  let fault: Injected;
  beforeEach(() => {
    node = new OneNode();
    fault = new Injected();
    // no link-local address: it is away for as long as its duplicate detection takes
    node.sh(`
      ip link add e0 type veth peer name p0
      for dev in e0 p0; do ip link set $dev addrgenmode none; done
      for dev in lo e0 p0; do ip link set $dev up; done
      ip addr add 10.1.0.1/24 dev e0
      ip -6 addr add fd00::1/64 nodad dev e0
      ip route add 10.9.0.0/16 via 10.1.0.2
      ip route add 10.8.0.0/16 via 10.9.0.1 dev e0 onlink metric 5
      ip route add 10.7.0.0/16 dev e0 table 77
      ip -6 route add fd09::/64 via fd00::2`);
  });
  afterEach(() => {
    node.close();
  });

  // routes of the same metric stand in the order in which their interfaces got carrier
  const state = (): readonly string[] =>
    node
      .sh('ip -br addr show e0; ip route show table all; ip -6 route show table all')
      .split('\n')
      .sort();
  /** The kernel adds the route of an IPv6 address to itself in a work queue, when it comes to it (addrconf_dad_work). */
  const isAgain = async (before: readonly string[]): Promise<void> => {
    for (let left = 100; left > 0 && state().join() !== before.join(); left--) await sleep(50);
    assert.deepEqual(state(), before);
  };
  const isUp = (): boolean => /\bUP\b/.test(node.sh('ip -br link show e0').split('<')[1] ?? '');

  it('takes the interface down, and gives everything back that Linux forgets', async () => {
    const before = state();
    assert.equal(await fault.inject(down('r1:e0'), node.lab), 'r1:e0 down');
    assert.equal(isUp(), false);
    assert.doesNotMatch(state().join('\n'), /10\.9\.0\.0|fd00::1/);
    await fault.heal();
    assert.equal(isUp(), true);
    await isAgain(before);
  });

  it('heals once, however often it is asked', async () => {
    const before = state();
    await fault.inject(down('r1:e0'), node.lab);
    await fault.heal();
    await fault.heal();
    await isAgain(before);
  });

  it('leaves what was down before down', async () => {
    node.sh('ip link set e0 down');
    await fault.inject(down('r1:e0'), node.lab);
    await fault.heal();
    assert.equal(isUp(), false);
  });

  it('undoes what it has done when it cannot do all of it', async () => {
    const before = state();
    const both = down('r1:e0', 'r1:e9');
    await assert.rejects(fault.inject(both, node.lab), /r1:e9 does not exist/);
    await fault.heal();
    await isAgain(before);
  });

  it('is not what acts on wires', async () => {
    const other = { ...down('r1:e0'), kind: 'black-hole' };
    await assert.rejects(fault.inject(other, node.lab), /does not act in a node/);
  });
});
