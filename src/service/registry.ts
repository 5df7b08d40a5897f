import { bridge } from './bridge.ts';
import { firewall } from './firewall.ts';
import { frr } from './frr.ts';
import { keepalived } from './keepalived.ts';
import { linux } from './linux.ts';
import type { Image } from './service.ts';

export { sysctlBaseline } from './sysctl.ts';

/** Every image of ours, by name. */
export const images: Readonly<Record<string, Image>> = {
  linux,
  bridge,
  frr,
  keepalived,
  firewall,
};

/** The name space of our own images: `image: chaos/frr`, which labs/images/frr/Dockerfile builds. */
const OURS = 'chaos';

export interface ImageMatch {
  readonly image: Image;
  /** ours; false: a public image that ours stands for, so that versions may differ */
  readonly exact: boolean;
}

/**
 * The image of ours that an `image:` of a lab file means: `frr`, `chaos/frr:1`, `quay.io/frrouting/frr:10.5.1`, ...
 * undefined where we have none.
 */
export function imageFor(reference: string): ImageMatch | undefined {
  const name = repositoryOf(reference);
  const own = Object.entries(images).find(([key]) => name === key || name === `${OURS}/${key}`);
  if (own !== undefined) return { image: own[1], exact: true };
  const image = Object.values(images).find((candidate) => candidate.standsFor.includes(name));
  return image && { image, exact: false };
}

/** Every name that `imageFor` knows, for near names. */
export function imageNames(): readonly string[] {
  return Object.values(images).flatMap((image) => [
    image.name,
    `${OURS}/${image.name}`,
    ...image.standsFor,
  ]);
}

/** `registry.example:5000/frrouting/frr:10.5.1@sha256:…` → `frrouting/frr` (docker's reference grammar). */
export function repositoryOf(reference: string): string {
  const withoutDigest = reference.split('@')[0] ?? '';
  const parts = withoutDigest.split('/');
  const first = parts[0] ?? '';
  const hasRegistry = parts.length > 1 && (/[.:]/.test(first) || first === 'localhost');
  const path = hasRegistry ? parts.slice(1) : parts;
  const repository = path.join('/').replace(/:[^:/]*$/, '');
  return repository.replace(/^library\//, '');
}
