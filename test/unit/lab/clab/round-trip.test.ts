import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dump } from 'js-yaml';
import { NumberText } from '../../../../src/lab/clab/document.ts';
import type { DocumentValue, LabDocument } from '../../../../src/lab/clab/document.ts';
import { readDocument } from '../../../../src/lab/clab/read-topology.ts';
import { writeDocument } from '../../../../src/lab/clab/write-document.ts';
import { anyLab } from './lab-arbitraries.ts';

const read = (text: string): LabDocument =>
  readDocument(text, 'x.clab.yml', { environment: { HOME: '/h', X: '1' } });

describe('lab/clab: read, write, read', () => {
  it('what is written is read as the same document (8,000 topologies)', () => {
    fc.assert(
      fc.property(anyLab, (lab) => {
        assert.deepEqual(read(writeDocument(lab)), lab);
      }),
      { numRuns: 8000, seed: 1 },
    );
  }).timeout(120_000);

  it('a file of another hand is read, written and read as the same document (2,000 topologies)', () => {
    let reads = 0;
    const styles = fc.record({
      flowLevel: fc.integer({ min: -1, max: 6 }),
      indent: fc.constantFrom(2, 3, 4),
    });
    fc.assert(
      fc.property(anyLab, styles, (lab, style) => {
        // js-yaml writes YAML 1.2 and knows nothing of templates: what it writes may well mean something else
        const text = dump(plain(lab), style).replaceAll('{{', '{ {').replaceAll('$', '');
        const document = readOrNothing(text);
        if (document !== undefined) {
          reads += 1;
          assert.deepEqual(read(writeDocument(document)), document);
        }
      }),
      { numRuns: 2000, seed: 2 },
    );
    assert.ok(reads > 1500, `only ${reads} files could be read`);
  }).timeout(120_000);
});

function readOrNothing(text: string): LabDocument | undefined {
  try {
    return read(text);
  } catch {
    return undefined;
  }
}

function plain(value: DocumentValue): unknown {
  if (value instanceof NumberText) return Number(value.text);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
