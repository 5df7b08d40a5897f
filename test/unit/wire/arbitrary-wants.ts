import fc from 'fast-check';
import { PROTOCOL_CLASSES } from '../../../src/wire/want.ts';
import type { FrameClass, Impairment, WireWant } from '../../../src/wire/want.ts';

const ratio = fc.integer({ min: 0, max: 1000 }).map((n) => n / 1000);
const ns = fc.integer({ min: 1, max: 500_000_000 });

/** Few classes, so that some wants meet on the same frames. */
const match: fc.Arbitrary<FrameClass> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...PROTOCOL_CLASSES.slice(0, 3)).map((protocol) => ({ protocol })),
  },
  fc.integer({ min: 60, max: 9000 }).map((largerThanBytes) => ({ largerThanBytes })),
);

const impairment: fc.Arbitrary<Impairment> = fc.record(
  {
    delayNs: ns,
    jitterNs: ns,
    distribution: fc.constantFrom('uniform', 'normal', 'pareto', 'paretonormal'),
    lossRatio: ratio,
    duplicateRatio: ratio,
    corruptRatio: ratio,
    rateBitPerSec: fc.integer({ min: 1000, max: 1e9 }),
    limitPackets: fc.integer({ min: 1, max: 5000 }),
  },
  { requiredKeys: [] },
);

const place = fc.record({
  link: fc.constantFrom('dci', 'l2'),
  direction: fc.constantFrom('a>b', 'b>a'),
  fault: fc.constantFrom('one', 'two#0', 'two#1', 'cut[3]'),
});

/** Wants of kinds that combine with anything. */
export const anyWant: fc.Arbitrary<WireWant> = fc
  .tuple(
    place,
    fc.oneof(
      fc.constant({ kind: 'cut' as const }),
      fc.constant({ kind: 'carrier' as const }),
      fc.record({ kind: fc.constant('drop' as const), match, ratio }),
      fc.record({ kind: fc.constant('impair' as const), match, impairment }),
      fc.record({
        kind: fc.constant('join' as const),
        to: fc.record({
          link: fc.constantFrom('l3', 'l4'),
          direction: fc.constantFrom('a>b', 'b>a'),
        }),
      }),
      fc.record({
        kind: fc.constant('send' as const),
        frames: fc.constant([{ hex: 'ff', bytes: 60 }]),
        perSecond: fc.constantFrom(1, 10),
        countAt: fc.constantFrom(null, 14),
        mostAmplified: fc.constantFrom(null, 10),
      }),
    ),
  )
  .map(([at, what]): WireWant => ({ ...at, ...what }));

export const anyWants: fc.Arbitrary<WireWant[]> = fc.array(anyWant, { maxLength: 12 });
