import { strict as assert } from 'node:assert';
import type { Abilities } from '../../../src/kernel/abilities.ts';
import { chooseKernel, type KernelAsked } from '../../../src/kernel/choose.ts';
import type { EmbeddedKernel } from '../../../src/kernel/find-kernel.ts';

const able: Abilities = {
  namespaces: 'root',
  veth: true,
  bridge: true,
  netem: true,
  nftNetdev: true,
  said: {},
};
const built: EmbeddedKernel = {
  path: '/cache/linux',
  digest: 'd',
  version: '7.3.4',
  source: 'built',
  warp: true,
  wires: true,
  seccomp: true,
};
const packaged: EmbeddedKernel = { ...built, source: 'packaged', warp: false, seccomp: false };
const auto: KernelAsked = { kernel: 'auto', clock: 'auto' };
const netem = { netem: true };

describe('chooseKernel', () => {
  it('takes the host where it can do everything', async () => {
    const choice = await chooseKernel(netem, auto, { host: able, embedded: built });
    assert.deepEqual([choice.kernel, choice.clock], ['host', 'real']);
    assert.match(choice.why, /all that this scenario needs, as root/);
  });

  it('takes the embedded kernel in warp where the host lacks something, and says what', async () => {
    const host = { ...able, netem: false };
    const choice = await chooseKernel(netem, auto, { host, embedded: built });
    assert.deepEqual(choice, {
      kernel: 'embedded',
      clock: 'warp',
      why: "the host's kernel has no netem",
    });
  });

  it('does not mind missing netem where nothing needs it', async () => {
    const host = { ...able, netem: false };
    const choice = await chooseKernel({ netem: false }, auto, { host, embedded: built });
    assert.equal(choice.kernel, 'host');
  });

  it('takes the embedded kernel for a user without namespaces', async () => {
    const host = { ...able, namespaces: null, veth: false, bridge: false, nftNetdev: false };
    const choice = await chooseKernel({ netem: false }, auto, { host, embedded: built });
    assert.equal(choice.why, "the host's kernel has no namespaces for this user");
  });

  it('follows a clock that was asked for', async () => {
    const offers = { host: able, embedded: built };
    const warp = await chooseKernel(netem, { kernel: 'auto', clock: 'warp' }, offers);
    assert.deepEqual([warp.kernel, warp.clock], ['embedded', 'warp']);
    const real = await chooseKernel(netem, { kernel: 'embedded', clock: 'real' }, offers);
    assert.deepEqual([real.kernel, real.clock], ['embedded', 'real']);
  });

  it('uses a packaged kernel in real time', async () => {
    const host = { ...able, netem: false };
    const choice = await chooseKernel(netem, auto, { host, embedded: packaged });
    assert.deepEqual([choice.kernel, choice.clock], ['embedded', 'real']);
    assert.match(choice.why, /packaged kernel/);
  });

  const refusals: readonly [string, KernelAsked, Abilities, EmbeddedKernel | undefined, object][] =
    [
      [
        'the host without netem, asked for by name',
        { kernel: 'host', clock: 'auto' },
        { ...able, netem: false },
        built,
        {
          code: 'cannot-run-here',
          message: /no netem/,
          hint: /modprobe sch_netem.*\n.*--kernel embedded/,
        },
      ],
      [
        'a missing program, named with its package',
        { kernel: 'host', clock: 'auto' },
        { ...able, nftNetdev: false, said: { nftNetdev: 'sh: 4: nft: not found' } },
        built,
        { code: 'cannot-run-here', hint: /apt-get install nftables/ },
      ],
      [
        'warp on the host',
        { kernel: 'host', clock: 'warp' },
        able,
        built,
        { code: 'usage', message: /real clock only/ },
      ],
      [
        'the embedded kernel before it is built',
        { kernel: 'embedded', clock: 'auto' },
        able,
        undefined,
        { code: 'cannot-run-here', hint: 'chaos kernel build' },
      ],
      [
        'warp with a packaged kernel',
        { kernel: 'embedded', clock: 'warp' },
        able,
        packaged,
        { code: 'cannot-run-here', hint: 'chaos kernel build' },
      ],
      [
        'a packaged kernel without wires',
        { kernel: 'embedded', clock: 'real' },
        able,
        { ...packaged, wires: false },
        { code: 'cannot-run-here', message: /wires of a lab/, hint: 'chaos kernel build' },
      ],
      [
        'no kernel that could do it, with both ways out',
        auto,
        { ...able, netem: false },
        undefined,
        { code: 'cannot-run-here', hint: /chaos kernel build\n.*modprobe sch_netem/ },
      ],
    ];
  for (const [what, asked, host, embedded, error] of refusals)
    it(`refuses ${what}`, async () => {
      await assert.rejects(chooseKernel(netem, asked, { host, embedded }), error);
    });
});
