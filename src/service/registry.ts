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

/** An image that none of ours stands for, in a container: what it starts is its own affair. */
export const foreignImage: Image = {
  ...linux,
  ...{ name: '', about: 'an image as it is', standsFor: [], level: 'pid' },
  ...{ packages: [], programs: [], privateDirectories: [] },
};

/** The name space of our own images: `image: chaos/frr`, which labs/images/frr/Dockerfile builds. */
const OURS = 'chaos';

/** Names of ours that mean the same in anybody's name space: acme/frr. */
const ANYBODYS: readonly string[] = ['frr', 'keepalived'];

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
  // a name without a slash also stands for somebody's own build of it: acme/netshoot
  const last = name.split('/').at(-1) ?? '';
  const candidates = Object.values(images);
  const image =
    candidates.find(({ standsFor }) => standsFor.includes(name)) ??
    candidates.find((candidate) => candidate.standsFor.includes(last)) ??
    candidates.find((candidate) => candidate.name === last && ANYBODYS.includes(last));
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
