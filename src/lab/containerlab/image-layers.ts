import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { libc } from '../../host/libc.ts';
import { MS } from '../../host/mount.ts';

/**
 * A data root of dockerd in memory whose images are those of another one that nobody writes to: its few small files are
 * copied, each layer's files are bound where dockerd looks for them. So any number of daemons may share them, and what
 * containers write is gone with the mounts. dockerd binds a data root that is no mount point onto itself, and would hide
 * the layers by that.
 */
export function mountLayers(source: string, dataRoot: string): void {
  mountMemory(dataRoot);
  cpSync(join(source, 'image'), join(dataRoot, 'image'), { recursive: true });
  const layers = join(dataRoot, 'overlay2');
  mountMemory(layers);
  for (const name of readdirSync(join(source, 'overlay2'))) {
    const from = join(source, 'overlay2', name);
    const to = join(layers, name);
    // l holds symbolic links only: short names of the layers
    cpSync(from, to, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => path !== join(from, 'diff'),
    });
    if (name === 'l') continue;
    mkdirSync(join(to, 'diff'));
    libc.mount(join(from, 'diff'), join(to, 'diff'), null, MS.BIND, null);
  }
}

function mountMemory(path: string): void {
  mkdirSync(path, { recursive: true });
  libc.mount('docker', path, 'tmpfs', 0, 'mode=711');
}
