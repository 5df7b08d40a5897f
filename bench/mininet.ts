import { spawnSync } from 'node:child_process';
import { chain } from './chain.ts';
import { figure, median, type Benchmark, type Figure } from './benchmark.ts';

const ROUNDS = 3;
const SIZES = [10, 100];

/** Mininet's own chain (hosts behind a line of switches), up and down, against ours; only where `mn` is installed. */
export const mininet: Benchmark = {
  name: 'mininet',
  skip() {
    const found = spawnSync('mn', ['--version'], { stdio: 'ignore' }).error === undefined;
    return found ? chain.skip?.() : 'mininet is not installed';
  },
  async run() {
    const own = await chain.run();
    return SIZES.flatMap((n): Figure[] => {
      const mine = own.find(({ name }) => name === `chain of ${n} bare nodes, up and down`);
      if (mine === undefined) return [];
      const times = Array.from({ length: ROUNDS }, () => {
        const started = performance.now();
        const argv = [
          '--topo',
          `linear,${n}`,
          '--switch',
          'lxbr',
          '--controller',
          'none',
          '--test',
          'none',
        ];
        const { status, stderr } = spawnSync('mn', argv, { encoding: 'utf8' });
        if (status !== 0) throw new Error(`mn: ${stderr}`);
        return performance.now() - started;
      });
      const against = { name: `mn --topo linear,${n}`, value: median(times) };
      return [
        figure(`chain of ${n} bare nodes, up and down, against mininet`, mine.value, 'ms', against),
      ];
    });
  },
};
