import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { edgesOf } from '../../../src/fault/expand.ts';
import type { FaultPhase } from '../../../src/fault/fault.ts';
import { impair } from '../../../src/fault/impair.ts';
import type { ImpairParams } from '../../../src/fault/impair-schema.ts';
import { readTraceCsv } from '../../../src/fault/trace-csv.ts';
import { faultLab } from './fault-lab.ts';

const at = { link: 'dci', direction: 'a>b' } as const;
const csv = 'time in s,delay in ms,loss in %\n0,20,0\n1,50,10\n3,0,0\n';

function withText(own: Record<string, unknown>, text = csv): ImpairParams {
  const found = impair.inLab?.(impair.schema.parse(own), {
    topology: faultLab.star,
    nodes: () => undefined,
    random: xoroshiro128plus(1),
    read: () => ({ text, refuse: (_, { message }) => assert.fail(message) }),
  });
  assert.ok(found !== undefined && !('refusal' in found), JSON.stringify(found));
  return found.params;
}

function phases(params: ImpairParams, fromS: number, toS: number): readonly FaultPhase[] {
  const span = { fromNs: fromS * 1e9, toNs: toS * 1e9 };
  return impair.phases?.(params, at, 'f', span, xoroshiro128plus(1)) ?? [];
}

/** `from-to row` in seconds */
function shown(found: readonly FaultPhase[]): readonly string[] {
  return found.map(
    ({ fromNs, toNs, row }) =>
      `${String(fromNs / 1e9)}-${String(toNs / 1e9)} ${String(row)}`,
  );
} // prettier-ignore

describe('a trace', () => {
  it('begins when its fault does, and each row lasts until the next', () => {
    const found = phases(withText({ trace: 'drive.csv' }), 10, 13.5);
    assert.deepEqual(shown(found), ['10-11 1', '11-13 2', '13-13.5 3']);
    assert.deepEqual(
      found.map(({ wants }) => wants),
      [{ delayNs: 20e6, lossRatio: 0 }, { delayNs: 50e6, lossRatio: 0.1 }, { lossRatio: 0 }].map(
        (impairment) => [
          { ...at, kind: 'impair', fault: 'f', match: {}, impairment, changes: true },
        ],
      ),
    );
  });

  it('ends as it is told: held, or begun again after a last row as long as the one before', () => {
    const held = withText({ trace: { file: 'drive.csv', 'at-end': 'hold' } });
    assert.deepEqual(shown(phases(held, 0, 100)), ['0-1 1', '1-3 2', '3-100 3']);
    const looped = withText({ trace: { file: 'drive.csv', 'at-end': 'loop' } });
    const rounds = ['0-1 1', '1-3 2', '3-5 3', '5-6 1', '6-8 2', '8-9 3'];
    assert.deepEqual(shown(phases(looped, 0, 9)), rounds);
    const longest = [withText({ trace: 'drive.csv' }), held, looped].map(
      (params) => impair.longest?.(params).ns,
    );
    assert.deepEqual(longest, [5e9, Infinity, 5e9 * Math.floor(20_000 / 3)]);
  });

  it('has an edge for each row, once for all directions, and leaves nothing behind', () => {
    const directions = [at, { link: 'dci', direction: 'b>a' } as const];
    const params = withText({ trace: 'drive.csv' });
    const span = { fromNs: 2e9, toNs: 6e9 };
    const step = { id: 's', startNs: span.fromNs, endNs: span.toNs, active: [span] };
    const faults = [{ kind: 'impair', params, target: { directions, endpoints: [] } }];
    const edges = edgesOf([{ ...step, faults }], 1);
    assert.deepEqual(
      edges.map(({ atNs, wants, changes }) => [
        atNs / 1e9,
        wants.length,
        changes.map(({ edge, row }) => `${edge}${row === undefined ? '' : ` ${String(row)}`}`),
      ]),
      [
        [2, 2, ['start', 'on', 'row 1']],
        [3, 2, ['row 2']],
        [5, 2, ['row 3']],
        [6, 0, ['off', 'end']],
      ],
    );
  });

  it('asks for the means of its columns, each row for as long as it lasts', () => {
    assert.deepEqual(impair.asks(withText({ trace: 'drive.csv' })), [
      { quantity: 'loss', ratio: (0.1 * 2) / 5 },
      { quantity: 'delay', ns: (20e6 + 2 * 50e6) / 5 },
      { quantity: 'impair', ratio: null },
    ]);
  });

  it('says what it is, without the folder that it lies in', () => {
    const params = withText({ trace: { file: '/home/a/drive.csv', 'at-end': 'loop' }, match: 'udp' });
    assert.equal(
      impair.describe(params),
      'trace drive.csv (3 rows, 5s, then again from its start): delay 0s to 50ms, loss 0% to 10% (udp only)',
    );
    assert.ok(!JSON.stringify(params).includes('home'));
  }); // prettier-ignore

  it('goes with nothing that it could say itself', () => {
    const refusals = (own: unknown): readonly string[] =>
      impair.schema.safeParse(own).error?.issues.map(({ path }) => path.join('.')) ?? [];
    assert.deepEqual(refusals({ trace: 'a.csv', delay: '1ms', loss: '1%', duplicate: '1%' }), [
      'delay',
      'loss',
      'duplicate',
    ]);
    assert.deepEqual(refusals({ trace: { file: 'a.csv', 'at-end': 'stop' } }), ['trace.at-end']);
    assert.deepEqual(refusals({ trace: 'a.csv', match: 'udp', distribution: 'normal' }), []);
  });

  it('needs netem for delays, and for the rate of a class', () => {
    const needs = (text: string, own = {}): boolean =>
      impair.needsNetem(withText({ trace: 'a.csv', ...own }, text));
    assert.equal(needs(csv), true);
    const rates = 'time in s,rate in mbit\n0,1\n1,2\n';
    assert.equal(needs(rates), false);
    assert.equal(needs(rates, { match: 'tcp' }), true);
  });
});

describe('scenarios/traces/lte-drive.csv', () => {
  it('is the rule that it names', () => {
    const file = join(import.meta.dirname, '../../../scenarios/traces/lte-drive.csv');
    const { rows, problems } = readTraceCsv(readFileSync(file, 'utf8'));
    assert.deepEqual(problems, []);
    assert.equal(rows.length, 60);
    for (const [t, row] of rows.entries()) {
      const q = Math.sin((Math.PI * (t % 15)) / 15) ** 2;
      const near = (value: number | undefined, wanted: number, step: number): void => {
        assert.ok(Math.abs((value ?? NaN) - wanted) <= step * 0.5001, `row ${String(t + 1)}`);
      };
      assert.equal(row.atNs, t * 1e9);
      near(row.delayNs, (100 - 60 * q) * 1e6, 1e5);
      near(row.jitterNs, (20 - 15 * q) * 1e6, 1e5);
      near(row.lossRatio, (5 * (1 - q) ** 2) / 100, 1e-4);
      near(row.rateBitPerSec, (1 + 8 * q) * 1e6, 1e5);
    }
  });
});
