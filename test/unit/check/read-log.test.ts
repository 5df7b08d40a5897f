import assert from 'node:assert/strict';
import { readEvents, readHostEvents } from '../../../src/check/read-log.ts';
import { ChaosError } from '../../../src/errors.ts';

const line = '{"t":1,"type":"ready"}\n';

describe('readEvents', () => {
  it('reads one event a line and skips empty ones', () => {
    assert.deepEqual(readEvents(`${line}\n${line}`), {
      records: [
        { t: 1, type: 'ready' },
        { t: 1, type: 'ready' },
      ],
      cut: false,
    });
  });

  it('takes a whole last line that has no newline', () => {
    assert.equal(readEvents(line + line.trim()).records.length, 2);
  });

  for (const tail of ['{"t":2,"ty', '{', '{"t":2}', '12', 'null']) {
    it(`leaves out a last line that was cut: ${tail}`, () => {
      const log = readEvents(line + tail);
      assert.equal(log.cut, true);
      assert.equal(log.records.length, 1);
    });
  }

  it('refuses a broken line in the middle, with its number', () => {
    assert.throws(
      () => readEvents(`${line}{"t":2,"ty\n${line}`),
      (error) =>
        error instanceof ChaosError &&
        error.code === 'invalid' &&
        error.problems[0]?.position.line === 2 &&
        /events\.ndjson.*line 2/.test(error.message),
    );
  });

  it('reads nothing from nothing', () => {
    assert.deepEqual(readEvents(''), { records: [], cut: false });
    assert.deepEqual(readHostEvents(''), { records: [], cut: false });
  });

  it('wants wall times in host.ndjson', () => {
    assert.equal(readHostEvents('{"wall":1,"type":"ended","wallMs":1}\n').records.length, 1);
    assert.throws(() => readHostEvents(`${line}${line}`), ChaosError);
  });
});
