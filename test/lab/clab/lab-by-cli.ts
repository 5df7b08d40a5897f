import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { abilities } from '../../../src/kernel/abilities.ts';
import { hostLacks } from '../../../src/kernel/choose.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const main = join(root, 'dist/cli/main.js');

export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Labs brought up by the built CLI on the host kernel, each in the background. */
export class LabsByCli {
  readonly #runtime = mkdtempSync(join(tmpdir(), 'chaos-labs-'));
  readonly #up = new Set<string>();

  /** why the host can't run labs; in CI that is a failure */
  static missing(): string | undefined {
    const lacks = hostLacks({ netem: false }, abilities());
    if (lacks.length === 0) return undefined;
    assert(process.env['CHAOS_TESTS_SKIP_NOTHING'] === undefined, 'the host runs no labs');
    return 'the host runs no labs';
  }

  chaos(...argv: readonly string[]): Said {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...argv], {
      encoding: 'utf8',
      env: { ...process.env, XDG_RUNTIME_DIR: this.#runtime },
    });
    return { code: status, out: stdout, err: stderr };
  }

  up(file: string, name: string): Said {
    const said = this.chaos('lab', 'up', '-d', '--name', name, join(root, file));
    assert.equal(said.code, 0, said.err);
    this.#up.add(name);
    return said;
  }

  exec(lab: string, node: string, ...argv: readonly string[]): Said {
    return this.chaos('lab', 'exec', node, '--lab', lab, '--', ...argv);
  }

  /** Until a command succeeds; protocols take their time. */
  async eventually(lab: string, node: string, ...argv: readonly string[]): Promise<Said> {
    for (let attempt = 0; ; attempt++) {
      const said = this.exec(lab, node, ...argv);
      if (said.code === 0) return said;
      assert.ok(attempt < 60, `${node}: ${argv.join(' ')}\n${said.out}${said.err}`);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }

  down(lab: string): void {
    this.chaos('lab', 'down', lab);
    this.#up.delete(lab);
  }

  end(): void {
    for (const lab of this.#up) this.down(lab);
    rmSync(this.#runtime, { recursive: true, force: true });
  }
}
