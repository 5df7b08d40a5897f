import assert from 'node:assert/strict';
import { drop } from '../../../src/fault/drop.ts';

function problem(own: unknown): string {
  const result = drop.schema.safeParse(own);
  return result.success ? '' : (result.error.issues[0]?.message ?? '');
}

describe('drop', () => {
  it('drops all frames of a class unless a ratio is given', () => {
    const mtuHole = drop.schema.parse({ 'larger-than': '1400B' });
    assert.deepEqual(mtuHole, { match: { largerThanBytes: 1400 }, ratio: 1 });
    assert.equal(drop.describe(mtuHole), 'drop larger than 1400B');
    const some = drop.schema.parse({ protocol: 'vrrp', ratio: '30%' });
    assert.equal(drop.describe(some), 'drop 30% of vrrp');
  });

  it('refuses what has a name of its own', () => {
    assert.match(problem({}), /write black-hole/);
    assert.match(problem({ ratio: '30%' }), /write impair: \{loss: 30%\}/);
  });

  it('refuses a class that no frame is in', () => {
    assert.match(problem({ protocol: 'bpdu', 'larger-than': '100B' }), /no IP packets/);
    assert.match(problem({ flow: {} }), /flow is empty/);
  });

  it('says whose frames they are', () => {
    const flow = { source: '10.0.0.1', protocol: 'udp', 'destination-port': 53 };
    assert.equal(drop.describe(drop.schema.parse({ flow })), 'drop udp 10.0.0.1 -> any port 53');
  });
});
