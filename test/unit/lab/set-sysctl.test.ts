import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabContext } from '../../../src/lab/lab.ts';
import { isOfNetwork, setSysctl } from '../../../src/lab/set-sysctl.ts';

describe('a sysctl of a node', () => {
  for (const key of ['net.ipv4.ip_forward', 'net/ipv4/conf/eth1.10/forwarding']) {
    it(`may be set: ${key}`, () => {
      assert(isOfNetwork(key));
    });
  }

  for (const key of [
    'vm.swappiness',
    'kernel/core_pattern',
    '../../etc/x',
    'net/../vm/swappiness',
    '/net/ipv4/ip_forward',
    'net/./x',
    '',
  ]) {
    it(`is the machine's, or none: '${key}'`, () => {
      assert(!isOfNetwork(key));
    });
  }

  it('that climbs writes to no file, and is a notice', () => {
    const directory = mkdtempSync(join(tmpdir(), 'chaos-test-'));
    try {
      const file = join(directory, 'file');
      writeFileSync(file, 'before');
      const notices: unknown[] = [];
      const context = { onEvent: (event: unknown) => notices.push(event) } as unknown as LabContext;
      setSysctl(`../..${file}`, '7', 'a', context);
      assert.equal(readFileSync(file, 'utf8'), 'before');
      assert.match(JSON.stringify(notices), /"node":"a","key":"sysctls".*for the machine/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
