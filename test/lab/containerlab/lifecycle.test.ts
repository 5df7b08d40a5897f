import assert from 'node:assert/strict';
import { chaosRun, onlyReport } from '../run/chaos-run.ts';
import { guestDockerHere } from './guest-docker-here.ts';
import { inGuest } from './in-guest.ts';

interface LinkSeen {
  readonly ifname: string;
  readonly mtu: number;
  readonly address: string;
  readonly operstate: string;
  readonly gso_max_segs?: number;
  readonly addresses: readonly string[];
}

interface Moment {
  readonly what: string;
  readonly links: readonly LinkSeen[];
  readonly neighbour: readonly LinkSeen[];
  readonly events: readonly { readonly type: string; readonly end?: unknown }[];
  readonly left: readonly string[];
  readonly bound: string;
  readonly isOn: boolean;
  readonly answered: boolean;
  readonly code?: number;
  readonly log?: string;
}

const LAB = 'test/lab/containerlab/labs/pair.clab.yml';
const CMD = { node: 'a', service: 'cmd' };
const STARTED = { type: 'service-started', ...CMD };
const ENDED = { type: 'service-exited', ...CMD, signal: 'SIGKILL' };
const DIED = { code: null, signal: 'SIGKILL', outOfMemory: false };

/** What a node is like when it runs as the lab file says; the address of its dummy is the kernel's own idea. */
function asItRuns({ links, ...moment }: Moment): unknown {
  const { events: _events, what: _what, left: _left, bound: _bound, ...rest } = moment;
  const known = links.map((link) => (link.ifname === 'spare' ? { ...link, address: '' } : link));
  return { ...rest, links: known };
}

function carrierOf({ neighbour }: Moment): readonly string[] {
  return neighbour
    .filter(({ ifname }) => ifname !== 'lo')
    .map(({ operstate, addresses }) => `${operstate} ${addresses.join()}`);
}

const NO_CARRIER = ['DOWN 10.0.0.2', 'DOWN 10.0.1.2'];
const CARRIER = ['UP 10.0.0.2', 'UP 10.0.1.2'];

/** A node that is turned off and on, that dies, that somebody stops and starts: its links are a matter of the lab. */
describe('the life of a node', function () {
  this.timeout(400_000);
  const moments = new Map<string, readonly Moment[]>();

  before(async function () {
    if (guestDockerHere() === undefined) this.skip();
    for (const driver of ['netns', 'containerlab']) {
      const lines = await inGuest({ program: 'lifecycle.mjs', lab: LAB, driver });
      moments.set(driver, lines as readonly Moment[]);
    }
  });

  const at = (driver: string, what: string): readonly Moment[] =>
    (moments.get(driver) ?? []).filter((moment) => moment.what === what);
  const one = (driver: string, what: string): Moment => {
    const [moment, ...more] = at(driver, what);
    assert.ok(moment !== undefined && more.length === 0, `${driver}: ${what}`);
    return moment;
  };

  for (const driver of ['netns', 'containerlab']) {
    describe(driver, () => {
      it('without power: its neighbours have no carrier, its probe no answer', () => {
        const off = one(driver, 'off');
        assert.deepEqual(carrierOf(off), NO_CARRIER);
        assert.equal(off.isOn, false);
        assert.equal(off.answered, false);
        assert.deepEqual(off.events, [{ type: 'node-down', node: 'a' }, ENDED]);
      });

      it('boots with what the lab gives it, and nothing of what was done to it', () => {
        const [start, on] = [one(driver, 'start'), one(driver, 'on')];
        assert.deepEqual(asItRuns(on), asItRuns(start));
        assert.deepEqual(carrierOf(on), CARRIER);
        assert.deepEqual(on.left, []);
        assert.equal(on.bound, 'as the lab has it\n');
        assert.deepEqual(on.events, [{ type: 'node-up', node: 'a' }, STARTED]);
      });

      it('dies by somebody else: the event says what of', () => {
        const died = one(driver, 'died');
        assert.deepEqual(carrierOf(died), NO_CARRIER);
        assert.deepEqual(died.events, [{ type: 'node-down', node: 'a', end: DIED }, ENDED]);
      });
    });
  }

  it('is the same under both drivers', () => {
    for (const what of ['start', 'on']) {
      assert.deepEqual(asItRuns(one('containerlab', what)), asItRuns(one('netns', what)));
    }
    for (const what of ['off', 'died']) {
      assert.deepEqual(one('containerlab', what), one('netns', what));
    }
  });

  it("comes back from Docker's own start and restart with its links; its files are Docker's", () => {
    const start = one('containerlab', 'start');
    const back = [...at('containerlab', 'docker start'), one('containerlab', 'docker restart')];
    assert.equal(back.length, 3);
    for (const moment of back) {
      assert.deepEqual(asItRuns(moment), asItRuns(start));
      // /run is in memory on every machine
      assert.deepEqual(moment.left, ['left']);
      assert.equal(moment.bound, 'x\n');
      assert.deepEqual(moment.events.at(-1), STARTED);
      assert.ok(moment.events.some(({ type }) => type === 'node-up'));
    }
  });

  it("loses its carrier by Docker's own stop, and keeps it in Docker's pause", () => {
    const stopped = one('containerlab', 'docker stop');
    assert.deepEqual(carrierOf(stopped), NO_CARRIER);
    assert.deepEqual(stopped.events, [{ type: 'node-down', node: 'a', end: DIED }, ENDED]);
    const paused = one('containerlab', 'docker pause');
    assert.deepEqual(carrierOf(paused), CARRIER);
    // its kernel, which no freezer stops
    assert.equal(paused.answered, true);
  });

  it('dies after the kernel has killed for want of memory: the event says so, and its log is kept', () => {
    const { code, log, events } = one('containerlab', 'out of memory');
    assert.equal(code, 137);
    assert.match(log ?? '', /^heard\r?\n$/);
    const died = { type: 'node-down', node: 'a', end: { ...DIED, outOfMemory: true } };
    assert.deepEqual(events, [died, ENDED]);
  });

  it('without power, with a full disk, standing still: a whole run has the same verdict under both', async () => {
    const scenario = 'test/lab/containerlab/power.yml';
    const embedded = ['--kernel', 'embedded', '--seed', '1'];
    const run = async (...where: string[]): Promise<ReturnType<typeof onlyReport>> =>
      onlyReport(await chaosRun(scenario, ...embedded, ...where));
    const namespaces = await run('--clock', 'warp');
    const containers = await run('--driver', 'containerlab');
    for (const { verdict, checks } of [namespaces, containers]) {
      assert.equal(verdict.outcome, 'pass', JSON.stringify(checks));
    }
  });
});
