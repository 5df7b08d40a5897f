import { strict as assert } from 'node:assert';
import type { EmbeddedKernel } from '../../../src/kernel/find-kernel.ts';
import { guestArguments, guestEnvironment } from '../../../src/kernel/guest-command.ts';

const kernel: EmbeddedKernel = {
  path: '/home/somebody/.cache/chaos/kernel/0123/linux',
  digest: '0123',
  version: '7.3.4',
  source: 'built',
  warp: true,
  wires: true,
  seccomp: true,
};
const engine = ['/chaos/dist/run/engine-main.js', '/run-dir'];

describe('the command line of the embedded kernel', () => {
  it('names no path of this machine but those that are the same everywhere', () => {
    const line = guestArguments({ kernel, clock: 'warp', memoryMb: 2048, engine }).join(' ');
    const paths = line.match(/\/[\w./-]+/g) ?? [];
    const known =
      /^\/(dev\/root|proc\/self\/fd\/\d\/\.|bin\/sh|mnt|mnt\/guest-init\.sh|node\/node)$/;
    const unknown = paths.filter((path) => !known.test(path) && !engine.includes(path));
    assert.deepEqual(unknown, []);
  });

  it('skips idle time in the warp clock only', () => {
    const warp = guestArguments({ kernel, clock: 'warp', memoryMb: 64, engine });
    const real = guestArguments({ kernel, clock: 'real', memoryMb: 64, engine });
    assert.ok(warp.includes('time-travel=inf-cpu'));
    assert.ok(!real.some((word) => word.startsWith('time-travel')));
  });

  it('asks an unpatched kernel for nothing that it does not know', () => {
    const packaged = { ...kernel, source: 'packaged', warp: false, seccomp: false } as const;
    const words = guestArguments({ kernel: packaged, clock: 'real', memoryMb: 64, engine });
    assert.ok(words.includes('uml_dir=/proc/self/fd/9/.'));
    assert.ok(!words.includes('seccomp=on'));
  });

  it('refuses words that the kernel would take apart', () => {
    for (const word of ['a b', 'a"b', '', 'a\nb', "it's"])
      assert.throws(
        () => guestArguments({ kernel, clock: 'warp', memoryMb: 64, engine: [word] }),
        assert.AssertionError,
      );
  });
});

describe('the seed of the embedded kernel', () => {
  it('is hashed, so that neighbours have nothing in common', () => {
    const [one, two] = [1, 2].map((seed) =>
      BigInt(guestEnvironment('warp', seed)['UML_SEED'] ?? 0),
    );
    assert.ok(one !== undefined && two !== undefined);
    const difference = (one ^ two).toString(2).replaceAll('0', '').length;
    assert.ok(difference > 10, `only ${difference} bits differ`);
    assert.equal(guestEnvironment('warp', 1)['UML_SEED'], one.toString());
  });

  it('is not given in the real clock, where nothing repeats anyway', () => {
    assert.equal(guestEnvironment('real', 1)['UML_SEED'], undefined);
  });
});
