import assert from 'node:assert/strict';
import { renderTemplate } from '../../../../src/lab/clab/template.ts';
import type { TemplateValue } from '../../../../src/lab/clab/template.ts';
import { readTopology } from '../../../../src/lab/clab/read-topology.ts';

const data: TemplateValue = {
  num: 2,
  prefix: 'leaf',
  none: [],
  pods: [
    { name: 'x', size: 1 },
    { name: 'y', size: 2 },
  ],
  map: { b: 2, a: 1 },
};

const render = (text: string, given: TemplateValue = data): string =>
  renderTemplate(text, given, 'f').text;

/** What Go's text/template with containerlab's functions makes of the same texts; run, not read. */
const cases: readonly (readonly [string, string])[] = [
  ['a {{ .prefix }} {{ $.num }}', 'a leaf 2'],
  ['{{- $p := "r" -}}\n {{ $p }}1', 'r1'],
  ['{{/* nothing */}}a{{- /* trims */ -}} b', 'ab'],
  ['{{ range $i := seq 1 .num }}{{ $.prefix }}{{ $i }} {{ end }}', 'leaf1 leaf2 '],
  ['{{ range $i, $pod := .pods }}{{ $i }}{{ $pod.name }}{{ .size }},{{ end }}', '0x1,1y2,'],
  ['{{ range $k, $v := .map }}{{ $k }}={{ $v }};{{ end }}', 'a=1;b=2;'],
  ['{{ range .none }}x{{ else }}empty{{ end }}', 'empty'],
  ['{{ if eq .num 1 }}one{{ else if eq .num 2 }}two{{ else }}many{{ end }}', 'two'],
  ['{{ if and .num (gt .num 1) }}yes{{ end }}{{ if not .missing }}!{{ end }}', 'yes!'],
  ['{{ with .map }}{{ .a }}{{ end }}{{ with .none }}x{{ end }}', '1'],
  ['{{ add .num 1 }} {{ subtract 5 .num }} {{ mul 3 4 }} {{ idiv 7 2 }} {{ rem 7 2 }} {{ div 7 2 }}', '3 3 12 3 1 3.5'],
  ['{{ printf "%s-%02d" .prefix 7 }} {{ "x" | printf "%s%q" "a" }}', 'leaf-07 ax'.replace('ax', 'a"x"')],
  ['{{ index .pods 1 | len }} {{ (index .pods 1).name }} {{ len .prefix }}', '2 y 4'],
  ['{{ seq 3 1 }} {{ seq 0 6 3 }}', '[3 2 1] [0 3 6]'],
  ['{{ $x := 1 }}{{ range seq 3 }}{{ $x = add $x . }}{{ end }}{{ $x }}', '7'],
  ['{{ range seq 5 }}{{ if eq . 2 }}{{ continue }}{{ end }}{{ if eq . 4 }}{{ break }}{{ end }}{{ . }}{{ end }}', '13'],
  ['{{"{{"}} {{ `raw` }} {{ "a\\tb" }}', '{{ raw a\tb'],
  ['{{ true }} {{ 0x10 }} {{ print "a" "b" }}', 'true 16 ab'],
]; // prettier-ignore

describe('lab/clab/template', () => {
  for (const [given, expected] of cases) {
    it(`${given} is ${JSON.stringify(expected)}`, () => {
      assert.equal(render(given), expected);
    });
  }

  it('makes a lab of a loop, and finds its mistakes where they are written', () => {
    const text = [
      'name: t',
      'topology:',
      '  defaults: {kind: linux, image: alpine}',
      '  nodes:',
      '{{- range $i := seq 1 .num }}',
      '    {{ $.prefix }}{{ $i }}: {labels: {n: "{{ $i }}"}}',
      '{{- end }}',
      '  links:',
      '{{- range $i := seq 2 .num }}',
      '    - endpoints: ["leaf{{ subtract $i 1 }}:eth{{ $i }}", "leaf{{ $i }}:eth1"]',
      '{{- end }}',
    ].join('\n');
    const lab = readTopology(text, 't', { environment: {}, variables: data });
    assert.deepEqual(
      lab.nodes.map((n) => [n.name, n.labels['n']]),
      [
        ['leaf1', '1'],
        ['leaf2', '2'],
      ],
    );
    assert.deepEqual(
      lab.links.map(({ id, position }) => [id, position.line]),
      [['leaf1~leaf2', 10]],
    );
    const wrong = text.replace('labels', 'lables');
    assert.throws(
      () => readTopology(wrong, 't', { environment: {}, variables: data }),
      (error: { problems?: { position: { line: number; column: number } }[] }) => {
        const places = error.problems?.map(({ position: { line, column } }) => [line, column]);
        assert.deepEqual(places, [
          [6, 30],
          [6, 30],
        ]);
        return true;
      },
    );
  });
});
