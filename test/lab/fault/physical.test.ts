import assert from 'node:assert/strict';
import { faultKinds } from '../../../src/fault/registry.ts';
import { PROTOCOL_CLASSES } from '../../../src/wire/want.ts';
import { CLASS_CASES, frameClasses } from './frame-classes.ts';
import { processes } from './processes.ts';
import { RunEvents } from './run-events.ts';
import { services } from './services.ts';
import { wires } from './wires.ts';

const scenarios = [wires, frameClasses, processes, services];

/** What faults really do, in the embedded kernel, as tools see it that are not ours. */
describe('faults, measured by others', function () {
  this.timeout(300_000);
  const injected = new Set<string>();

  for (const { name, scenario, measures } of scenarios) {
    describe(name, () => {
      let run: RunEvents;
      before(() => {
        run = new RunEvents(scenario);
        for (const kind of run.injectedKinds()) injected.add(kind);
      });

      it('ends well', () => {
        run.endedWell();
      });

      for (const { kind, about, check } of measures) {
        it(`${kind}: ${about}`, () => {
          check(run);
        });
      }
    });
  }

  describe('of every kind in the registry', () => {
    const measured = new Set(scenarios.flatMap(({ measures }) => measures.map(({ kind }) => kind)));
    for (const kind of Object.keys(faultKinds)) {
      it(kind, () => {
        assert.ok(measured.has(kind), `nothing but our own counters has seen what ${kind} does`);
        assert.ok(injected.has(kind), `${kind} was not injected in any of these runs`);
      });
    }

    it('and of every class of frames', () => {
      const names = CLASS_CASES.map(({ name }) => name);
      for (const protocol of PROTOCOL_CLASSES) assert.ok(names.includes(protocol), protocol);
    });
  });
});
