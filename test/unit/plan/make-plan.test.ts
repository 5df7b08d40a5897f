import assert from 'node:assert/strict';
import { ChaosError } from '../../../src/errors.ts';
import { expandSweep } from '../../../src/scenario/sweep.ts';
import { labEnvironment } from '../../../src/scenario/lab-environment.ts';
import { readScenario } from '../../../src/scenario/read-scenario.ts';
import { base, changed, plan } from './fixture.ts';

const S = 1e9;

describe('plan/make-plan', () => {
  it('resolves the timeline, in ns since ready', () => {
    const { steps, longestNs, needs } = plan(base);
    assert.deepEqual(
      steps.map(({ id, startNs, endNs }) => [id, startNs / S, endNs / S]),
      [
        ['bursts', 20, 320],
        ['flapping', 340, 400],
        ['deaf', 430, 475],
      ],
    );
    assert.equal(longestNs, (475 + 90) * S);
    assert.deepEqual(needs, { netem: true });
  });

  it('knows how long it has to be watched for its checks', () => {
    assert.equal(plan(base).watchUntilNs, 475 * S, 'the window of the last measure');
    const text = `${base}  - { eventually: users-a.ok, of: deaf.end, within: 80s, hold: 20s }\n`;
    const made = plan(text);
    assert.equal(made.watchUntilNs, 575 * S);
    assert.equal(made.longestNs, 575 * S);
  });

  it('is plain JSON', () => {
    const made = plan(base);
    assert.deepEqual(JSON.parse(JSON.stringify(made)), made);
  });

  it('puts parameters in, and --set over them', () => {
    const made = plan(base, { set: { loss: '50%', advert: '2s' }, seed: 7 });
    assert.deepEqual(made.steps[0]?.faults[0]?.params, { delay: 20e6, loss: 0.5 });
    const [check] = made.checks;
    assert.ok(check?.form === 'always');
    assert.deepEqual(check.budget, { longestNs: 8 * S });
    assert.equal(made.seed, 7);
    assert.deepEqual(made.params['loss'], { dimension: 'ratio', value: 0.5, text: '50%' });
    assert.equal(made.params['mode'], 'fast');
  });

  it('is the same for the same input', () => {
    assert.equal(JSON.stringify(plan(base)), JSON.stringify(plan(base)));
  });

  it('flaps: on, off, on, ..., and ends off with the window', () => {
    const { steps } = plan(changed('for: 1m, flap', 'for: 15s, flap'));
    assert.deepEqual(
      steps[1]?.active.map(({ fromNs, toNs }) => [fromNs / S - 340, toNs / S - 340]),
      [
        [0, 2],
        [6, 8],
        [12, 14],
      ],
    );
    const cut = plan(changed('for: 1m, flap', 'for: 7s, flap')).steps[1]?.active;
    assert.deepEqual(cut?.at(-1), { fromNs: 346 * S, toNs: 347 * S });
  });

  it('repeats: each repetition is a step and a window', () => {
    const text = changed(
      'for: 1m, flap: { on: 2s, off: 4s }',
      'for: 10s, times: $n, every: 1m',
    ).replace('during: bursts + 10s', 'during: "flapping[2] .. flapping[3].start"');
    const made = plan(text);
    assert.deepEqual(
      made.steps.map(({ id, startNs }) => [id, startNs / S]),
      [
        ['bursts', 20],
        ['flapping[1]', 340],
        ['flapping[2]', 400],
        ['flapping[3]', 460],
        ['deaf', 500],
      ],
      'after: flapping is after the last',
    );
    const [check] = made.checks;
    assert.ok(check?.form === 'always');
    assert.deepEqual(check.during.from, { of: 'flapping[2]', edge: 'start', offsetNs: 0 });
    assert.deepEqual(check.during.to, { of: 'flapping[3]', edge: 'start', offsetNs: 0 });
    assert.equal(made.measures.length, 5);
    assert.equal(made.measures[1]?.name, 'dual-master[flapping[1]]');
  });

  describe('windows', () => {
    const cases: readonly (readonly [string, string, string])[] = [
      ['run', 'run.start', 'run.end'],
      ['baseline', 'ready.start', 'bursts.start'],
      ['recovery', 'recovery.start', 'recovery.end'],
      ['recovery + 0s', 'recovery.start', 'recovery.end'],
      ['bursts', 'bursts.start', 'bursts.end'],
      ['bursts + 10s', 'bursts.start', 'bursts.end+10'],
      ['bursts - 10s', 'bursts.start', 'bursts.end+-10'],
      ['bursts .. deaf', 'bursts.start', 'deaf.end'],
      ['bursts.end .. flapping.start', 'bursts.end', 'flapping.start'],
      ['bursts.start + 2 * $advert .. 1m', 'bursts.start+2', 'ready.start+60'],
      ['10s .. 20s', 'ready.start+10', 'ready.start+20'],
      ['baseline .. bursts.start + 5s', 'ready.start', 'bursts.start+5'],
      ['deaf .. recovery', 'deaf.start', 'recovery.end'],
    ];
    for (const [text, from, to] of cases) {
      it(text, () => {
        const [check] = plan(changed('during: bursts + 10s', `during: ${text}`)).checks;
        assert.ok(check?.form === 'always');
        assert.deepEqual([edge(check.during.from), edge(check.during.to)], [from, to]);
        assert.equal(check.during.text, text);
      });
    }

    it('fault, where there is one step', () => {
      const one = base
        .replace(/ {2}- \{ id: flapping.*\n.*\n/, '')
        .replace('during: bursts + 10s', 'during: fault');
      const [check] = plan(one).checks;
      assert.ok(check?.form === 'always');
      assert.deepEqual(
        [edge(check.during.from), edge(check.during.to)],
        ['bursts.start', 'bursts.end'],
      );
    });

    it('each step makes a measure and a check a step', () => {
      const made = plan(changed('during: bursts + 10s', 'during: each step + 5s'));
      assert.deepEqual(
        made.measures.map(({ name }) => name),
        ['dual-master[bursts]', 'dual-master[flapping]', 'dual-master[deaf]'],
      );
      assert.deepEqual(
        made.checks.map(({ name }) => name),
        ['one master[bursts]', 'one master[flapping]', 'one master[deaf]'],
      );
      const [check] = made.checks;
      assert.ok(check?.form === 'always');
      assert.equal(check.during.text, 'bursts + 5s');
      assert.deepEqual(check.during.to, { of: 'bursts', edge: 'end', offsetNs: 5 * S });
    });
  });

  it('makes every form of expectation and of measure', () => {
    const text = changed('dual-master: { time: gw.masters > 1, during: each step }', [
      'longest: { longest: gw.masters > 1 }',
      '  changes: { count: gw.masters }',
      '  end: { value: gw.masters, at: deaf.end + 5s }',
      '  worst: { p99: gw.gap, during: bursts }',
      '  lossy: { max: users-a.loss * 2 }',
    ].join('\n')).concat([
      '  - { eventually: users-a.ok, of: deaf.end, within: 5 * $advert, hold: 2s }',
      '  - { never: gw.masters == 0, known: "a bug upstream" }',
      '  - { that: users-a.ok, at: 10s }',
      '  - { that: users-a.ok, at: 10s }',
      '',
    ].join('\n')); // prettier-ignore
    const { measures, checks } = plan(text);
    assert.deepEqual(
      measures.map(({ form, window }) => [form, window.text]),
      [
        ['longest', 'run'],
        ['count', 'run'],
        ['value', 'deaf.end + 5s'],
        ['p99', 'bursts'],
        ['max', 'run'],
      ],
    );
    const [, eventually, never, that, again] = checks;
    assert.ok(
      eventually?.form === 'eventually' && never?.form === 'never' && that?.form === 'that',
    );
    assert.deepEqual(eventually.of, { of: 'deaf', edge: 'end', offsetNs: 0 });
    assert.deepEqual([eventually.withinNs, eventually.holdNs], [5 * S, 2 * S]);
    assert.equal(eventually.name, 'eventually users-a.ok');
    assert.equal(never.known, 'a bug upstream');
    assert.deepEqual(that.at, { of: 'ready', edge: 'start', offsetNs: 10 * S });
    assert.equal(again?.name, 'that users-a.ok (2)', 'names of test cases are unique');
  });

  it('leaves out what only: does not want', () => {
    const text = changed('id: deaf,', 'id: deaf, only: $loss > 50%,').replace(
      'name: one master,',
      'name: one master, only: $mode == slow,',
    );
    assert.deepEqual(
      plan(text).steps.map(({ id }) => id),
      ['bursts', 'flapping'],
    );
    assert.equal(plan(text).checks.length, 0);
    const other = plan(text, { set: { loss: '60%', mode: 'slow' } });
    assert.equal(other.steps.length, 3);
    assert.equal(other.checks.length, 1);
  });

  describe('ready, recovery, settled', () => {
    it('as written', () => {
      const { ready, recovery, settled } = plan(base);
      assert.deepEqual([ready.withinNs, ready.holdNs], [60 * S, 5 * S]);
      assert.deepEqual(settled, ready.that);
      assert.ok(recovery.type === 'until');
      assert.deepEqual(recovery.conditions, ready.that);
      assert.deepEqual([recovery.holdNs, recovery.atMostNs], [5 * S, 90 * S]);
    });

    it('by default', () => {
      const text = base
        .replace(/ready: .*\n/, 'ready: { that: users-a.ok }\n')
        .replace(/recovery: .*\n/, '');
      const { ready, recovery } = plan(text);
      assert.deepEqual([ready.withinNs, ready.holdNs, ready.that.length], [120 * S, 5 * S, 1]);
      assert.deepEqual(recovery, {
        type: 'until',
        conditions: ready.that,
        holdNs: 5 * S,
        atMostNs: 120 * S,
      });
    });

    it('without anything to wait for', () => {
      const text = base.replace(/ready: .*\n/, '').replace(/recovery: .*\n/, '');
      const { ready, recovery, settled } = plan(text);
      assert.deepEqual([ready.holdNs, ready.that, settled], [0, [], []]);
      assert.deepEqual(recovery, { type: 'time', forNs: 10 * S });
    });

    it('a time, and conditions of their own', () => {
      const text = changed(
        'recovery: { until: ready, at-most: 90s }',
        'recovery: 60s\nsettled: [ready, gw.masters == 1]',
      );
      const { recovery, settled } = plan(text);
      assert.deepEqual(recovery, { type: 'time', forNs: 60 * S });
      assert.deepEqual(
        settled.map((condition) => condition.text),
        ['gw.masters == 1', 'users-a.ok', 'gw.masters == 1'],
      );
    });
  });

  it('reads when a probe is ok', () => {
    assert.deepEqual(plan(base).probes[0], {
      id: 'users-a',
      kind: 'udp',
      params: { from: 'client-a', to: 'server', rate: 100 },
      ok: { lossBelow: 0.05, windowNs: S },
    });
    const bare = plan(changed(', ok: { loss: "< 5%", over: 1s }', ''));
    assert.deepEqual(bare.probes[0]?.ok, { lossBelow: 1, windowNs: 0 });
    const param = plan(changed('"< 5%"', '< $loss'));
    assert.equal(param.probes[0]?.ok.lossBelow, 0.3);
  });

  it('lists groups and the selectors in use', () => {
    const made = plan(changed('toward: west', 'toward: site=b'));
    assert.deepEqual(made.groups, {
      east: ['sw-a', 'fw-a', 'client-a'],
      west: ['sw-b', 'fw-b'],
      fw: ['fw-a', 'fw-b'],
      'site=a': ['sw-a', 'fw-a', 'client-a'],
      'site=b': ['sw-b', 'fw-b'],
    });
  });

  it('says where a step is written', () => {
    assert.deepEqual(plan(base).steps[1]?.position, { file: 's.yml', line: 15, column: 11 });
  });

  it('takes faults of one step in one transaction', () => {
    const text = changed(
      'black-hole: { link: dci, toward: west }',
      'faults: [{ black-hole: { link: dci } }, { impair: { link: fw-a~sw-a, delay: 4 * 5ms } }]',
    );
    // a text with an operator and no parameter is not an expression: 4 * 5ms is refused, 4 * $advert is not
    assert.throws(() => plan(text), { code: 'invalid' });
    const fine = plan(text.replace('4 * 5ms', '4 * $advert'));
    const step = fine.steps[2];
    assert.ok(step);
    assert.deepEqual(
      step.faults.map(({ kind, params }) => [kind, params]),
      [
        ['black-hole', {}],
        ['impair', { delay: 4 * S }],
      ],
    );
    const [hole, slow] = step.describeEach ?? [];
    assert.match(hole ?? '', /^black-hole dci /);
    assert.match(slow ?? '', /^impair fw-a~sw-a /);
    assert.equal(step.describe, `${hole}; ${slow}`);
  });

  it('lets two steps of a kind overlap where they combine', () => {
    const text = changed('after: bursts + 20s, for: 1m, flap', 'at: 30s, for: 1m, flap');
    assert.deepEqual(
      plan(text).steps.map(({ id }) => id),
      ['bursts', 'flapping', 'deaf'],
    );
  });
});

describe('scenario/lab-environment', () => {
  const environmentOf = (env: string, set: Record<string, string> = {}): unknown =>
    labEnvironment(readScenario(changed('ADVERT: $advert in s', env), 's.yml'), set);
  const cases: readonly (readonly [string, Record<string, string>, Record<string, string>])[] = [
    ['ADVERT: $advert in s', {}, { ADVERT: '1' }],
    ['ADVERT: $advert in s', { advert: '1500ms' }, { ADVERT: '1.5' }],
    ['ADVERT: 2 * $advert in ms', {}, { ADVERT: '2000' }],
    ['LOSS: "$loss in %"', { loss: '7.3%' }, { LOSS: '7.3' }],
    ['N: $n + 1, MODE: $mode, PLAIN: 010', {}, { N: '4', MODE: 'fast', PLAIN: '10' }],
  ];
  for (const [env, set, want] of cases) {
    it(`${env} ${JSON.stringify(set)}`, () => assert.deepEqual(environmentOf(env, set), want));
  }
});

describe('scenario/sweep', () => {
  const cells = (sweep: string, options: Parameters<typeof expandSweep>[1] = {}): unknown =>
    expandSweep(
      readScenario(sweep === '' ? base : `${base}sweep: ${sweep}\n`, 's.yml'),
      options,
    ).map(({ params, seed }) => [...Object.values(params), seed].join(' '));

  it('is one cell where nobody sweeps', () => {
    assert.deepEqual(cells(''), ['1']);
    assert.deepEqual(cells('', { seed: 9, set: { loss: '5%' } }), ['5% 9']);
    assert.deepEqual(cells('', { seeds: '3..5, 9' }), ['3', '4', '5', '9']);
  });

  it('is the product, with the same seeds for each', () => {
    assert.deepEqual(cells('{ loss: [10%, 30%], n: 1..2, seeds: 1..2 }'), [
      '10% 1 1', '10% 1 2', '10% 2 1', '10% 2 2', '30% 1 1', '30% 1 2', '30% 2 1', '30% 2 2',
    ]); // prettier-ignore
  });

  it('steps through a range without binary dust', () => {
    assert.deepEqual(cells('{ loss: { from: 10%, to: 70%, step: 20% } }'), [
      '10% 1', '30% 1', '50% 1', '70% 1',
    ]); // prettier-ignore
    assert.deepEqual(cells('{ advert: { from: 100ms, to: 300ms, step: 100ms } }'), [
      '100ms 1', '200ms 1', '300ms 1',
    ]); // prettier-ignore
  });

  it('takes seeds and parameters from the command line instead', () => {
    assert.deepEqual(
      cells('{ loss: [10%, 30%], seeds: 1..9 }', { set: { loss: '5%' }, seeds: '7' }),
      ['5% 7'],
    );
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    ['{ ¶los: [1%] }', /no parameter 'los'/],
    ['{ loss: [¶130%] }', /at most 100%/],
    ['{ loss: ¶10%..50% }', /needs its step/],
    ['{ loss: ¶[] }', /empty list/],
    ['{ loss: [¶[1%]] }', /one value/],
    ['{ loss: ¶true }', /not swept like this/],
    ['{ loss: ¶{ from: 50%, to: 10%, step: 10% } }', /goes up/],
    ['{ loss: { from: 5%, to: 10%, ¶stp: 1% } }', /unknown key 'stp'/],
    ['{ mode: ¶{ from: fast, to: slow, step: 1 } }', /one of fast, slow/],
    ['{ loss: ¶{ from: 1%, to: 5%, step: 1ms } }', /expected a percentage/],
    ['{ seeds: ¶5..1 }', /no seeds/],
    ['{ seeds: ¶9007199254740992 }', /below 2\^53/],
  ];
  for (const [marked, message] of wrong) {
    it(`refuses ${marked}`, () => {
      const line = base.split('\n').length;
      const column = 'sweep: '.length + marked.indexOf('¶') + 1;
      assert.throws(
        () => cells(marked.replace('¶', '')),
        (error) => {
          assert.ok(error instanceof ChaosError);
          const [problem] = error.problems;
          assert.match(problem?.message ?? '', message);
          assert.deepEqual(problem?.position, { file: 's.yml', line, column });
          return true;
        },
      );
    });
  }

  it('refuses seeds of the command line as usage', () => {
    assert.throws(() => cells('', { seeds: 'x' }), { code: 'usage' });
    assert.throws(() => cells('', { seeds: '0..99999999' }), { code: 'usage' });
  });
});

function edge({
  of,
  edge: side,
  offsetNs,
}: {
  of: string;
  edge: string;
  offsetNs: number;
}): string {
  return `${of}.${side}${offsetNs === 0 ? '' : `+${String(offsetNs / S)}`}`;
}
