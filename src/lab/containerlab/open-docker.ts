import type { LabContext } from '../lab.ts';
import type { DockerPlace } from './docker-place.ts';
import type { LabDocker } from './lab-docker.ts';

/** One of three, by where it is. */
export async function openDocker(place: DockerPlace, context: LabContext): Promise<LabDocker> {
  switch (place.place) {
    case 'guest': {
      const { openGuestDocker } = await import('./guest-docker.ts');
      return openGuestDocker(context);
    }
    case 'own': {
      const { openSandboxDocker } = await import('./sandbox-docker.ts');
      return openSandboxDocker(place, context);
    }
    case 'host': {
      const { openHostDocker } = await import('./host-docker.ts');
      return openHostDocker(place, context);
    }
    default:
      return place satisfies never;
  }
}
