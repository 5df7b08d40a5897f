import assert from 'node:assert/strict';
import { XMLParser } from 'fast-xml-parser';
import { junitOfAll } from '../../../src/cli/run/junit-of-all.ts';

const document = (name: string, failures: number): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="chaos" tests="2" failures="${failures}" errors="0" skipped="1" time="1.0">
  <testsuite name="${name}" tests="2" failures="${failures}" errors="0" skipped="1" time="1.0">
    <testcase name="a &lt;testsuite> b" classname="${name}"/>
  </testsuite>
</testsuites>
`;

describe('JUnit of several runs', () => {
  it('has every suite under one root whose counts are their sums', () => {
    const text = junitOfAll([document('one', 1), document('two', 0)]);

    const parsed = new XMLParser({ ignoreAttributes: false }).parse(text) as {
      testsuites: Record<string, unknown> & { testsuite: Record<string, string>[] };
    };
    const { testsuites } = parsed;
    assert.deepEqual(
      testsuites.testsuite.map((suite) => suite['@_name']),
      ['one', 'two'],
    );
    assert.deepEqual(
      ['tests', 'failures', 'errors', 'skipped'].map((name) => testsuites[`@_${name}`]),
      ['4', '1', '0', '2'],
    );
  });

  it('of no run is an empty document', () => {
    assert.match(junitOfAll([]), /<testsuites name="chaos" tests="0"/);
  });
});
