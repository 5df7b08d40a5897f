import assert from 'node:assert/strict';
import { parseOspfNeighbors } from '../../../src/observe/ospf-neighbors.ts';

// FRR 8.4.4, shortened to one of two neighbours
const FRR_8 = `{
  "neighbors":{
    "2.2.2.2":[
      {
        "priority":1,
        "state":"Full\\/Backup",
        "nbrPriority":1,
        "nbrState":"Full\\/Backup",
        "converged":"Full",
        "role":"Backup",
        "upTimeInMsec":17168,
        "deadTimeMsecs":3837,
        "routerDeadIntervalTimerDueMsec":3837,
        "address":"10.0.12.2",
        "ifaceAddress":"10.0.12.2",
        "ifaceName":"eth1:10.0.12.1",
        "retransmitCounter":0
      }
    ]
  }
}
`;

// FRR 10 leaves the old names out (FRRouting/frr#10837); two interfaces to one router, one of them numbered oddly
const FRR_10 = `{"neighbors":{"3.3.3.3":[
  {"nbrState":"2-Way\\/DROther","nbrPriority":1,"converged":"2-Way","role":"DROther","upTimeInMsec":156006170,
   "routerDeadIntervalTimerDueMsec":"inactive","ifaceAddress":"10.0.13.3","ifaceName":"bond15.4093:10.0.13.1"},
  {"nbrState":"ExStart\\/-","nbrPriority":1,"converged":"ExStart","role":"DROther",
   "ifaceAddress":"10.0.23.3","ifaceName":"eth2:10.0.23.1"}]}}`;

describe('parseOspfNeighbors', () => {
  it('reads what FRR 8 answers', () => {
    assert.deepEqual(parseOspfNeighbors(FRR_8), [
      {
        routerId: '2.2.2.2',
        address: '10.0.12.2',
        interface: 'eth1',
        localAddress: '10.0.12.1',
        state: 'full',
      },
    ]);
  });

  it('reads what FRR 10 answers, several adjacencies with one router included', () => {
    const found = parseOspfNeighbors(FRR_10)?.map((n) => [n.interface, n.localAddress, n.state]);
    assert.deepEqual(found, [
      ['bond15.4093', '10.0.13.1', 'two-way'],
      ['eth2', '10.0.23.1', 'exstart'],
    ]);
  });

  it('reads the oldest shape, with `state` and `address` alone', () => {
    const line = { state: 'Init/DROther', address: '10.0.12.2', ifaceName: 'eth1:10.0.12.1' };
    const found = parseOspfNeighbors(JSON.stringify({ neighbors: { '2.2.2.2': [line] } }));
    assert.deepEqual(found?.map((n) => [n.address, n.state]), [['10.0.12.2', 'init']]); // prettier-ignore
  });

  it('has no neighbours where there is no OSPF, and leaves out states that are none', () => {
    assert.deepEqual(parseOspfNeighbors('{}'), []);
    const line = { nbrState: 'Deleted/-', ifaceAddress: '10.0.12.2', ifaceName: 'eth1:10.0.12.1' };
    const text = JSON.stringify({ neighbors: { '2.2.2.2': [line, 7], '3.3.3.3': null } });
    assert.deepEqual(parseOspfNeighbors(text), []);
  });

  it('is undefined for what is no answer', () => {
    for (const text of ['', '% Unknown command', '[]', '{"neighbors":3}', '{"neighbors"']) {
      assert.equal(parseOspfNeighbors(text), undefined, text);
    }
  });
});
