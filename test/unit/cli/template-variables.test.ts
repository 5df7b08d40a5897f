import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLab } from '../../../src/cli/read-lab.ts';

describe('cli: variables files of a lab that is a template', () => {
  let directory = '';
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'chaos-vars-'));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  it('are found beside it and merged in alphabetical order', () => {
    const lab = join(directory, 'x.clab.yml');
    writeFileSync(
      lab,
      'name: {{ .name }}\ntopology:\n  nodes:\n    a: {kind: linux, image: "{{ .image.name }}:{{ .image.tag }}"}\n',
    );
    writeFileSync(join(directory, 'x.clab_vars.yml'), 'name: one\nimage: {name: alpine, tag: 3}\n');
    writeFileSync(join(directory, 'x.clab_vars.more.json'), '{"image": {"tag": 2}}');
    writeFileSync(join(directory, 'y.clab_vars.yml'), 'name: other\n');
    const { topology } = readLab(lab, {});
    assert.equal(topology.name, 'one');
    assert.equal(topology.nodes[0]?.image, 'alpine:3');
  });
});
