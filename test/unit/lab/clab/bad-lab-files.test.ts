import assert from 'node:assert/strict';
import { ChaosError } from '../../../../src/errors.ts';
import { readTopology } from '../../../../src/lab/clab/read-topology.ts';

const NODES = 'nodes: {a: {kind: linux, image: linux}, b: {kind: linux, image: linux}}';

/** A lab file with these lines under `topology:`; the first of them is line 3. */
const topology = (...lines: string[]): string =>
  ['name: lab', 'topology:', ...lines.map((line) => `  ${line}`), ''].join('\n');

const links = (...lines: string[]): string =>
  topology(NODES, 'links:', ...lines.map((line) => `  ${line}`));

interface Bad {
  readonly what: string;
  readonly text: string;
  /** line:column */
  readonly at: string;
  readonly says: RegExp;
  readonly near?: string;
}

const bad: readonly Bad[] = [
  { what: 'not YAML', text: 'name: [lab\n', at: '1:7', says: /never closed/ },
  { what: 'an empty file', text: '', at: '1:1', says: /empty/ },
  { what: 'a list', text: '- name: lab\n', at: '1:1', says: /a lab file is a map/ },
  { what: 'a template value that no file gives', text: 'name: lab\nx: {{ .N }}\n', at: '2:7', says: /there is no value/ },
  { what: 'a template function that is not rendered', text: 'name: lab\nx: {{ foo 1 }}\n', at: '2:7', says: /'foo' in a template is not rendered/ },
  { what: 'a template that includes another', text: 'name: {{ template "n" }}\n', at: '1:7', says: /'template' in a template is not rendered/ },
  { what: 'a template loop without an end', text: 'name: lab\n{{ range seq 3 }}\n', at: '2:1', says: /'range' has no 'end'/ },
  { what: 'a template action that is never closed', text: 'name: lab\n# {{ $x\n', at: '2:3', says: /never closed/ },
  { what: 'no name', text: `topology:\n  ${NODES}\n`, at: '1:1', says: /no name/ },
  { what: 'a name with a slash', text: `name: a/b\ntopology:\n  ${NODES}\n`, at: '1:7', says: /'a\/b' can't be the name of a lab/ },
  { what: 'an unknown top-level key', text: `name: lab\ntopolgy: {}\ntopology:\n  ${NODES}\n`, at: '2:1', says: /unknown key 'topolgy' in a lab file/, near: 'topology' },
  { what: 'no topology', text: 'name: lab\n', at: '1:1', says: /has a 'topology'/ },
  { what: 'an unknown key in topology', text: topology(NODES, 'link: []'), at: '4:3', says: /unknown key 'link' in 'topology'/, near: 'links' },
  { what: 'a key that is given twice', text: topology(NODES, 'links: []', 'links: []'), at: '5:3', says: /'links' is given twice; first in line 4/ },
  { what: 'no nodes', text: topology('nodes: {}'), at: '2:1', says: /no nodes/ },
  { what: 'nodes as a list', text: topology('nodes: [a, b]'), at: '3:10', says: /'nodes' must be a map/ },
  { what: 'a node as a text', text: topology('nodes: {a: linux}'), at: '3:14', says: /node 'a' must be a map/ },
  { what: 'an unknown key in a node', text: topology('nodes: {a: {kind: linux, image: linux, lables: {}}}'), at: '3:42', says: /unknown key 'lables' in node 'a'/, near: 'labels' },
  { what: 'an unknown key in defaults', text: topology('defaults: {kindd: linux}', NODES), at: '3:14', says: /unknown key 'kindd' in 'defaults'/, near: 'kind' },
  { what: 'an unknown key in a group', text: topology('groups: {g: {exce: []}}', NODES), at: '3:16', says: /unknown key 'exce' in group 'g'/, near: 'exec' },
  { what: 'a node without a kind', text: topology('nodes: {a: {image: linux}}'), at: '3:11', says: /node 'a' has no kind/ },
  { what: 'an unknown kind', text: topology('nodes: {a: {kind: linx, image: linux}}'), at: '3:21', says: /unknown kind 'linx'/, near: 'linux' },
  { what: 'a vendor kind', text: topology('nodes: {a: {kind: nokia_srlinux, image: x}}'), at: '3:21', says: /'nokia_srlinux' needs its vendor's image/ },
  { what: 'an inherited vendor kind', text: topology('defaults: {kind: ceos}', 'nodes: {a: {image: x}}'), at: '3:20', says: /'ceos' needs its vendor's image/ },
  { what: 'the host as a node', text: topology('nodes: {a: {kind: host}}'), at: '3:21', says: /host's own network/ },
  { what: 'a node without an image', text: topology('nodes: {a: {kind: linux}}'), at: '3:11', says: /node 'a' has no image/ },
  { what: 'an image that we have not', text: topology('nodes: {a: {kind: linux, image: frrouting/fr:8}}'), at: '3:35', says: /no image of ours stands for 'frrouting\/fr:8' \(node 'a'\)/, near: 'frrouting/frr' },
  { what: 'a reserved node name', text: topology('nodes: {host: {kind: linux, image: linux}}'), at: '3:11', says: /'host' stands for something else/ },
  { what: 'a node name that is too long', text: topology(`nodes: {${'n'.repeat(64)}: {kind: linux, image: linux}}`), at: '3:11', says: /64 characters/ },
  { what: 'a node name with a blank', text: topology('nodes: {"a b": {kind: linux, image: linux}}'), at: '3:11', says: /'a b' can't be the name of a node/ },
  { what: 'exec as a text', text: topology('nodes: {a: {kind: linux, image: linux, exec: ip a}}'), at: '3:48', says: /'exec' of node 'a' is a single value/ },
  { what: 'an open quote in exec', text: topology('nodes:', '  a:', '    kind: linux', '    image: linux', '    exec:', '      - echo "a b'), at: '8:16', says: /" is never closed/ },
  { what: 'env as a list', text: topology('nodes: {a: {kind: linux, image: linux, env: [A=1]}}'), at: '3:47', says: /'env' of node 'a' is a list/ },
  { what: 'an env value that is a map', text: topology('nodes: {a: {kind: linux, image: linux, env: {A: {b: 1}}}}'), at: '3:51', says: /'env' of node 'a' is a map/ },
  { what: 'a bind without a target', text: topology('nodes: {a: {kind: linux, image: linux, binds: [f.conf]}}'), at: '3:50', says: /'f.conf' is not a bind/ },
  { what: 'a bind to a relative path', text: topology("nodes: {a: {kind: linux, image: linux, binds: ['f.conf:etc/f']}}"), at: '3:50', says: /'etc\/f' is not an absolute path/ },
  { what: 'a bind of what is not there', text: topology("nodes: {a: {kind: linux, image: linux, binds: ['gone.conf:/etc/f']}}"), at: '3:50', says: /'\/lab\/gone.conf' does not exist/ },
  { what: "another node's network namespace", text: topology("nodes: {a: {kind: linux, image: linux, network-mode: 'container:b'}}"), at: '3:56', says: /network-mode 'container:b'/ },
  { what: 'STP neither on nor off', text: topology('nodes: {a: {kind: linux, image: bridge, env: {STP: rapid}}}'), at: '3:54', says: /STP is 'rapid'/ },
  { what: 'a forward delay that no bridge takes', text: topology('nodes: {a: {kind: linux, image: bridge, env: {FORWARD_DELAY: 31}}}'), at: '3:64', says: /FORWARD_DELAY is '31'/ },
  { what: 'the cost of a port that is not there', text: topology('nodes: {a: {kind: linux, image: bridge, env: {PORT_COST_eth9: 4}}}'), at: '3:65', says: /no link at 'eth9'/ },
  { what: 'links as a map', text: topology(NODES, 'links: {a: b}'), at: '4:10', says: /'links' must be a list/ },
  { what: 'one endpoint', text: links('- endpoints: ["a:eth1"]'), at: '5:18', says: /here are 1 endpoints/ },
  { what: 'no endpoints', text: links('- mtu: 1500'), at: '5:7', says: /no list of endpoints/ },
  { what: 'an endpoint without an interface', text: links('- endpoints: ["a:eth1", "b"]'), at: '5:29', says: /'b' is not an endpoint/ },
  { what: 'a link to an unknown node', text: links('- endpoints: ["a:eth1", "bb:eth1"]'), at: '5:29', says: /a link ends at 'bb'/, near: 'b' },
  { what: 'an interface in two links', text: links('- endpoints: ["a:eth1", "b:eth1"]', '- endpoints: ["b:eth1", "a:eth2"]'), at: '6:19', says: /'b:eth1' is an end of two links; first in line 5/ },
  { what: 'an interface name that is too long', text: links('- endpoints: ["a:ethernet-1-1-100", "b:eth1"]'), at: '5:19', says: /has 16 characters/ },
  { what: 'an interface name with a slash', text: links('- endpoints: ["a:e1/1", "b:eth1"]'), at: '5:19', says: /'e1\/1' can't be the name of an interface/ },
  { what: 'lo as a link end', text: links('- endpoints: ["a:lo", "b:eth1"]'), at: '5:19', says: /'lo' is taken/ },
  { what: 'eth0 as a link end', text: links('- endpoints: ["a:eth0", "b:eth1"]'), at: '5:19', says: /'eth0' is the management interface/ },
  { what: 'an unknown key in a link', text: links('- endpoints: ["a:eth1", "b:eth1"]', '  delay: 20ms'), at: '6:7', says: /unknown key 'delay' in a link/ },
  { what: 'an unknown link type', text: links('- type: vetz', '  endpoints: []'), at: '5:13', says: /unknown link type 'vetz'/, near: 'veth' },
  { what: 'a text as the end of a typed link', text: links('- type: veth', '  endpoints: ["a:eth1", {node: b, interface: eth1}]'), at: '6:19', says: /an endpoint of a typed link is a map/ },
  { what: 'a multicast MAC', text: links('- type: veth', '  endpoints:', '    - {node: a, interface: eth1, mac: "01:00:00:00:00:01"}', '    - {node: b, interface: eth1}'), at: '7:43', says: /not a unicast MAC/ },
  { what: 'an MTU that is none', text: links('- endpoints: ["a:eth1", "b:eth1"]', '  mtu: 10'), at: '6:12', says: /not an MTU/ },
  { what: 'an unknown key of ours', text: links('- endpoints: ["a:eth1", "b:eth1"]', '  vars: {chaos: {nmae: x}}'), at: '6:22', says: /unknown key 'nmae' in chaos vars/, near: 'name' },
  { what: 'a rate without a unit', text: links('- endpoints: ["a:eth1", "b:eth1"]', '  vars: {chaos: {rate: 10}}'), at: '6:28', says: /'rate': expected a bit rate.*no unit/ },
  { what: 'a link name that looks like an endpoint', text: links('- endpoints: ["a:eth1", "b:eth1"]', "  vars: {chaos: {name: 'a:b'}}"), at: '6:28', says: /'name': a name/ },
  { what: 'two links of one name', text: links('- endpoints: ["a:eth1", "b:eth1"]', '  vars: {chaos: {name: x}}', '- endpoints: ["a:eth2", "b:eth2"]', '  vars: {chaos: {name: x}}'), at: '8:28', says: /two links are named 'x'; the first in line 5/ },
  { what: 'an open substitution', text: 'name: lab\n# ${ADVERT\n', at: '2:3', says: /never closed/ },
  { what: "a key of a map that '<<' brought", text: topology('nodes:', '  a: {kind: linux, image: linux, env: &e {A: 1}}', '  b: {kind: linux, image: linux, env: {<<: *e, A: 2}}'), at: '5:50', says: /'A' came in through '<<'/ },
  { what: 'a delay that is no number', text: topology('nodes: {a: {kind: linux, image: linux, startup-delay: 5s}}'), at: '3:57', says: /'startup-delay' of node 'a' is '5s'/ },
  { what: 'a flag that is none', text: topology('nodes: {a: {kind: linux, image: linux, privileged: maybe}}'), at: '3:54', says: /'privileged' of node 'a' is 'maybe'/ },
  { what: 'an unknown key in a health check', text: topology('nodes: {a: {kind: linux, image: linux, healthcheck: {tests: []}}}'), at: '3:56', says: /unknown key 'tests' in 'healthcheck' of node 'a'/, near: 'test' },
  { what: 'the exec of a stage as a list of texts', text: topology('nodes: {a: {kind: linux, image: linux, stages: {configure: {exec: [ip a]}}}}'), at: '3:70', says: /an entry of 'exec' of 'configure' of 'stages' of node 'a' must be a map/ },
  { what: 'an unknown key in mgmt', text: `name: lab\nmgmt: {netwrk: x}\ntopology:\n  ${NODES}\n`, at: '2:8', says: /unknown key 'netwrk' in 'mgmt' of a lab file/, near: 'network' },
  { what: 'a host link without an interface', text: links('- endpoints: ["a:eth1", "host:"]'), at: '5:29', says: /'host' needs the name of an interface/ },
  { what: 'a vxlan link without a remote', text: links('- {type: vxlan, endpoint: {node: a, interface: eth1}, vni: 7}'), at: '5:7', says: /has a 'remote'/ },
  { what: 'a vni that is too large', text: links('- {type: vxlan, endpoint: {node: a, interface: eth1}, remote: 10.0.0.1, vni: 16777216}'), at: '5:82', says: /has a 'vni'/ },
  { what: 'an unknown mode of macvlan', text: links('- {type: macvlan, endpoint: {node: a, interface: eth1}, host-interface: e, mode: bride}'), at: '5:86', says: /'bride' is no mode/ },
  { what: 'a dummy link without an endpoint', text: links('- {type: dummy}'), at: '5:7', says: /has one 'endpoint'/ },
  { what: 'the address of a link end that is none', text: links('- {endpoints: ["a:eth1", "b:eth1"], ipv4: [10.0.0.1]}'), at: '5:48', says: /'10.0.0.1' is no address/ },
  { what: 'a null link', text: links('-'), at: '5:5', says: /a link must be a map/ },
]; // prettier-ignore

function problemsOf(text: string, environment = {}): ChaosError {
  const options = { environment, directory: '/lab', exists: () => false };
  try {
    readTopology(text, 'bad.clab.yml', options);
  } catch (error) {
    if (error instanceof ChaosError) return error;
    throw error;
  }
  throw new Error('it was read without complaint');
}

describe('lab/clab: bad lab files', () => {
  for (const { what, text, at, says, near } of bad) {
    it(`${what}: ${at}`, () => {
      const error = problemsOf(text);
      assert.equal(error.code, 'invalid');
      const [problem] = error.problems;
      assert.ok(problem);
      assert.match(problem.message, says);
      const { file, line, column } = problem.position;
      assert.equal(`${file}:${String(line)}:${String(column)}`, `bad.clab.yml:${at}`);
      assert.equal(problem.near, near);
      assert.equal(error.problems.length, 1, JSON.stringify(error.problems));
    });
  }

  it('gives all problems at once, in the order of the file', () => {
    const error = problemsOf(
      topology('nodes: {a: {kind: linx}, b: {image: x}}', "links: [{endpoints: ['c:e', 'a:e']}]"),
    );
    const lines = error.problems.map(({ position: { line, column } }) => [line, column]);
    assert.deepEqual(lines, [
      [3, 21],
      [3, 28],
      [4, 24],
    ]);
  });

  it('names a misspelt topology, and that there is none', () => {
    const { problems } = problemsOf('name: lab\ntopologie:\n  nodes: {}\n');
    assert.deepEqual(
      problems.map(({ near, position }) => [position.line, near]),
      [
        [1, undefined],
        [2, 'topology'],
      ],
    );
  });

  it('gives positions in the file as it was written, not as it was substituted', () => {
    const text = links('- endpoints: ["${NODE:=a}:eth1", "$OTHER:eth1", "x"]');
    assert.deepEqual(problemsOf(text, { OTHER: 'a-long-name' }).problems[0]?.position, {
      file: 'bad.clab.yml',
      line: 5,
      column: 18,
    });
    const other = links('- endpoints: ["${NODE:=a}:eth1", "$OTHER:eth1"]');
    const [problem] = problemsOf(other, { OTHER: 'a-long-name' }).problems;
    assert.match(problem?.message ?? '', /'a-long-name'/);
    assert.deepEqual([problem?.position.line, problem?.position.column], [5, 38]);
  });
});
