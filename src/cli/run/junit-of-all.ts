/** One JUnit document of those of several runs: their test suites under one root. */
export function junitOfAll(documents: readonly string[]): string {
  const suites = documents.map((text) => /<testsuite [\s\S]*<\/testsuite>/.exec(text)?.[0] ?? '');
  const total = (name: string): string =>
    documents
      .map((text) =>
        Number(new RegExp(`<testsuites [^>]*\\b${name}="(\\d+)"`).exec(text)?.[1] ?? 0),
      )
      .reduce((a, b) => a + b, 0)
      .toString();
  const counts = ['tests', 'failures', 'errors', 'skipped']
    .map((name) => `${name}="${total(name)}"`)
    .join(' ');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="chaos" ${counts}>`,
    ...suites.map((suite) => `  ${suite}`),
    '</testsuites>',
    '',
  ].join('\n');
}
