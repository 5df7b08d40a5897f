import { existsSync } from 'node:fs';
import { ChaosError } from '../../errors.ts';
import type { Topology } from '../../lab/topology.ts';
import { images } from '../../service/registry.ts';

/** The daemons of a lab come from this machine's packages: say what is missing before anything starts. */
export function checkPrograms(topology: Topology): void {
  const used = new Set(topology.nodes.map((node) => node.mappedImage));
  const missing = Object.values(images)
    .filter((image) => used.has(image.name))
    .map((image) => ({ image, lacks: image.programs.filter((path) => !existsSync(path)) }))
    .filter(({ lacks }) => lacks.length > 0);
  if (missing.length === 0) return;
  const lines = missing.map(({ image, lacks }) => `image ${image.name} needs ${lacks.join(', ')}`);
  const packages = [...new Set(missing.flatMap(({ image }) => image.packages))];
  throw new ChaosError('cannot-run-here', `programs of the lab are missing: ${lines.join('; ')}`, {
    hint: `apt-get install --no-install-recommends ${packages.join(' ')}`,
  });
}
