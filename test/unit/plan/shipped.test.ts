import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTopology } from '../../../src/lab/clab/read-topology.ts';
import { describePlan } from '../../../src/plan/describe-plan.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { labEnvironment } from '../../../src/scenario/lab-environment.ts';
import { readScenario, type Scenario } from '../../../src/scenario/read-scenario.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const directory = join(root, 'scenarios');

function planOf(text: string, file: string, set: Record<string, string> = {}): Plan {
  const scenario = readScenario(text, file);
  const path = join(directory, labFileOf(scenario));
  const environment = { HOME: '/root', ...labEnvironment(scenario, set) };
  const lab = readTopology(readFileSync(path, 'utf8'), path, { environment });
  const files = (name: string): { path: string; text: string } => {
    const path = join(directory, name);
    return { path, text: readFileSync(path, 'utf8') };
  };
  return makePlan(scenario, lab, { seed: 1, set, files });
}

function labFileOf({ lab }: Scenario): string {
  assert.ok(lab.type === 'file');
  return lab.file;
}

/** The example that the language was decided on. */
const example = `name: fw-pair-lossy-dci
lab: { file: ../labs/two-site-firewall/two-site-firewall.clab.yml, env: { ADVERT: $advert in s } }
params:
  loss:   { default: 30%, min: 0%, max: 100%, about: "mean loss, each direction" }
  advert: { default: 1s }
groups: { east: site=a, west: site=b, fw: [fw-a, fw-b] }
observe: { gw: { vrrp: { group: 51 } } }
probes:
  users-a: { udp: { from: client-a, to: server, rate: 100/s, ok: { loss: "< 5%", over: 1s } } }
ready: { within: 120s, hold: 10s, that: [gw.masters == 1, users-a.ok] }        # t = 0 is when this has held
timeline:
  - { id: bursts, at: 20s, for: 5m, impair: { link: dci, delay: 20ms, jitter: 5ms, loss: { burst: { mean: $loss, length: 200ms } } } }
  - { id: flapping, after: bursts + 20s, for: 1m, flap: { on: 2s, off: 4s }, black-hole: { link: dci } }
  - { id: deaf, after: flapping + 30s, for: 45s, black-hole: { link: dci, toward: west } }
recovery: { until: ready, at-most: 90s }
measure:
  dual-master: { time: gw.masters > 1, during: each step }
  blackout:    { time: not users-a.ok, during: each step }
expect:
  - { name: dual master stays within budget, always: gw.masters <= 1, during: bursts + 10s, budget: { longest: 4 * $advert, total: 20s, episodes: 5 } }
`;

describe('plan/shipped', () => {
  it('plans the example of the language, with the real kinds', () => {
    const plan = planOf(example, 'example.yml', { advert: '2s' });
    assert.deepEqual(
      plan.steps.map(({ describe }) => describe),
      [
        'impair dci (sw-a ↔ sw-b): delay 20ms ±5ms, loss 30% in bursts of 200ms',
        'black-hole dci (sw-a ↔ sw-b): every frame vanishes, carrier stays',
        'black-hole dci (sw-a → sw-b): every frame vanishes, carrier stays',
      ],
    );
    const [check] = plan.checks;
    assert.ok(check?.form === 'always');
    assert.deepEqual(check.budget, { longestNs: 8e9, totalNs: 20e9, episodes: 5 });
    assert.equal(plan.measures.length, 6);
  });

  for (const name of readdirSync(directory).filter((file) => file.endsWith('.yml'))) {
    it(`plans ${name}`, () => {
      const plan = planOf(readFileSync(join(directory, name), 'utf8'), `scenarios/${name}`);
      assert.ok(plan.steps.length > 0 && plan.checks.length > 0);
      assert.ok(describePlan(plan).startsWith(plan.name));
    });
  }
});
