import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../../../src/cli/command/lab-import.ts';
import type { Io } from '../../../src/cli/io.ts';
import { ChaosError } from '../../../src/errors.ts';

describe('chaos lab import', () => {
  let directory = '';
  let said = { out: '', err: '' };
  const io = {
    out: (text: string) => (said.out += text),
    err: (text: string) => (said.err += text),
  } as unknown as Io;

  beforeEach(() => {
    said = { out: '', err: '' };
    directory = mkdtempSync(join(tmpdir(), 'chaos-import-'));
    writeFileSync(
      join(directory, 'clab.yml'),
      [
        '{{- $n := 2 -}}',
        'name: "from-netlab"',
        'prefix: ""',
        'mgmt: {network: netlab_mgmt, ipv4-subnet: 192.168.121.0/24}',
        'topology:',
        '  nodes:',
        '{{- range $i := seq 1 $n }}',
        '    r{{ $i }}: {kind: linux, image: "quay.io/frrouting/frr:10.5.1", restart-policy: \'no\', runtime: docker}',
        '{{- end }}',
        '  links:',
        '  - endpoints: ["r1:eth1", "r2:eth1"]',
        '',
      ].join('\n'),
    );
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('prints the lab without its template, and says what a lab of ours does not honour', async () => {
    const file = join(directory, 'clab.yml');
    assert.equal(await command.run({ file }, io), 0);
    assert.match(said.out, /^ {4}r2:\n {6}kind: linux\n/m);
    assert.match(said.out, /^ {6}restart-policy: "no"$/m);
    assert.doesNotMatch(said.out, /\{\{/);
    assert.match(said.err, /clab\.yml:4:1: mgmt: there is no management network/);
  });

  it('writes it beside the original, and over nothing', async () => {
    const file = join(directory, 'clab.yml');
    const to = join(directory, 'mine.clab.yml');
    assert.equal(await command.run({ file, to }, io), 0);
    assert.match(readFileSync(to, 'utf8'), /^name: from-netlab$/m);
    assert.throws(() => command.run({ file, to }, io), /is there already/);
    assert.throws(
      () => command.run({ file, to: join(tmpdir(), 'elsewhere.clab.yml') }, io),
      (error) => error instanceof ChaosError && error.code === 'usage',
    );
  });
});
