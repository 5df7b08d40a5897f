import { ChaosError } from '../../errors.ts';
import type { DockerPlaceName } from './docker-place.ts';

export interface DockerAsked {
  readonly docker: 'own' | 'host' | 'auto';
  readonly kernel: 'host' | 'embedded' | 'auto';
  readonly clock: 'real' | 'warp' | 'auto';
}

/** Whether a lab of containers can be had there. */
export type DockerOffer =
  | { readonly works: true; readonly detail: string }
  | {
      readonly works: false;
      /** why not */
      readonly detail: string;
      /** argv that repairs it, where one does */
      readonly fix?: readonly string[];
    };

export type DockerOffers = Readonly<Record<DockerPlaceName, DockerOffer>>;

export interface DockerChoice {
  readonly place: DockerPlaceName;
  /** one line for people: what was chosen, and why */
  readonly why: string;
}

/** What each place is, for people. */
export const PLACES: Readonly<Record<DockerPlaceName, string>> = {
  host: "the machine's Docker",
  own: "a Docker of the run's own in a sandbox on the host's kernel",
  guest: "a Docker of the run's own in the embedded kernel",
};

/**
 * Where the Docker of a lab runs: the machine's where one answers, since people's images are in it; else one of the run's
 * own, on the host's kernel where that can have it, or in the embedded kernel. What was asked for by name is taken or
 * refused, never replaced.
 * @throws ChaosError 'cannot-run-here' with every place that was possible, and what it lacks
 */
export function chooseDocker(asked: DockerAsked, offers: DockerOffers): DockerChoice {
  if (asked.clock === 'warp') {
    // its start-up waits in loops that no time passes in (tried on 7.3: containerd's shim stood still)
    throw new ChaosError('cannot-run-here', 'Docker stands still in the warp clock', {
      hint: '--clock real, or --driver netns',
    });
  }
  const places = placesFor(asked);
  const passed: string[] = [];
  for (const place of places) {
    const offer = offers[place];
    if (!offer.works) {
      passed.push(`${PLACES[place]}: ${offer.detail}`);
      continue;
    }
    const why = [`${PLACES[place]} (${offer.detail})`, ...passed.map((each) => `not ${each}`)];
    return { place, why: why.join('; ') };
  }
  const fixes = places.flatMap((place) => {
    const offer = offers[place];
    return !offer.works && offer.fix !== undefined ? [offer.fix.join(' ')] : [];
  });
  const isElsewhere = asked.kernel === 'host' && asked.docker !== 'host' && offers.guest.works;
  if (isElsewhere) fixes.push('--kernel embedded');
  throw new ChaosError(
    'cannot-run-here',
    `there is no Docker for this lab here: ${passed.join('; ')}`,
    { hint: [...new Set(fixes), '--driver netns'].join('\n  or: ') },
  );
}

/** Best first. */
function placesFor({ docker, kernel }: DockerAsked): readonly DockerPlaceName[] {
  if (docker === 'host') {
    if (kernel !== 'embedded') return ['host'];
    throw new ChaosError('usage', "the machine's Docker has the host's kernel", {
      hint: '--kernel host, or --docker own',
    });
  }
  const own: readonly DockerPlaceName[] =
    kernel === 'auto' ? ['own', 'guest'] : kernel === 'host' ? ['own'] : ['guest'];
  return docker === 'own' || kernel === 'embedded' ? own : ['host', ...own];
}
