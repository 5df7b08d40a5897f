import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Code blocks that begin with `// src/...ts`: path -> text, and the page that each is from. */
function examples(): Map<string, { page: string; text: string }> {
  const found = new Map<string, { page: string; text: string }>();
  for (const page of globSync('docs/*.md', { cwd: root })) {
    const text = readFileSync(root + page, 'utf8');
    for (const [, path = '', code = ''] of text.matchAll(
      /```ts\n\/\/ (src\/\S+\.ts)\n([\s\S]*?)```/g,
    )) {
      found.set(root + path, { page, text: code });
    }
  }
  return found;
}

/** The examples compiled where they say they are, against the real sources, with the project's own options. */
function compile(files: ReturnType<typeof examples>): readonly ts.Diagnostic[] {
  const config = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const host = ts.createCompilerHost({ ...options, noEmit: true });
  const fileExists = host.fileExists.bind(host);
  const getSourceFile = host.getSourceFile.bind(host);
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const example = files.get(path);
    return example === undefined
      ? getSourceFile(path, languageVersion, ...rest)
      : ts.createSourceFile(path, example.text, languageVersion, true);
  };
  const program = ts.createProgram([...files.keys()], { ...options, noEmit: true }, host);
  return [...files.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
}

describe('the code in docs/', () => {
  const files = examples();

  it('compiles against the real sources', function () {
    this.timeout(60_000);
    const said = compile(files).map((diagnostic) => {
      const path = diagnostic.file?.fileName ?? '';
      const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
      const { line } = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0) ?? {
        line: 0,
      };
      return `${files.get(path)?.page ?? '?'}: ${path.slice(root.length)}:${line + 1}: ${message}`;
    });
    assert.deepEqual(said, []);
  });

  it('does not stand in the way of a real file', () => {
    assert.deepEqual(
      [...files.keys()].filter((path) => existsSync(path)),
      [],
    );
  });

  for (const what of ['a-fault', 'an-observer', 'a-probe', 'a-service', 'a-driver']) {
    it(`has a page that builds ${what.replace('-', ' ')} from nothing`, () => {
      const pages = [...files.values()].map(({ page }) => page);
      assert(pages.includes(`docs/writing-${what}.md`));
    });
  }
});
