import type { LinkType } from './shape.ts';

const ALONE =
  'the interface is there (a dummy device, up), nobody answers; said by node, with what to do: add a node';

/** What becomes of each type of link. Sentences for docs/lab-keys.md. */
export const linkUses: Readonly<Record<LinkType, string>> = {
  brief:
    'a wire through the wire room; with `host:`, `macvlan:` or `mgmt-net:` at one end as below',
  veth: 'a wire through the wire room',
  'veth-stitch': 'a wire through the wire room',
  dummy: 'a dummy device, up',
  macvlan:
    'mode bridge: the nodes with one parent reach each other over a switch (`macvlan-<parent>`), by wires that faults can name; nobody outside answers, and that is said. Other modes, or alone there: ' +
    ALONE,
  'mgmt-net':
    'the nodes at it reach each other over a switch (`mgmt-lan`), by wires that faults can name; nobody outside answers, and that is said. Alone there: ' +
    ALONE,
  host: ALONE,
  vxlan: ALONE,
  'vxlan-stitch': ALONE,
};
