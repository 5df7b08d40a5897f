import { profiles } from '../../fault/profiles.ts';
import { faultKinds } from '../../fault/registry.ts';
import { observerKinds } from '../../observe/registry.ts';
import { probeKinds } from '../../probe/registry.ts';
import { images } from '../../service/registry.ts';
import { parameterSchema, type Listed } from './listed.ts';

/** Straight from the registries: what is listed is what works. */
export function listFaults(): Listed[] {
  return Object.values(faultKinds).map(({ name, about, acts, example, schema }) => ({
    name,
    description: about,
    acts,
    example,
    parameters: parameterSchema(schema),
  }));
}

/** Named impairments, with where their figures are from. */
export function listProfiles(): Listed[] {
  return Object.entries(profiles).map(([name, { about, source, impair }]) => ({
    name,
    description: about,
    source,
    impair,
    example: `impair: { link: dci, profile: ${name} }`,
  }));
}

export function listObservers(): Listed[] {
  return Object.values(observerKinds).map(({ name, about, example, schema }) => ({
    name,
    description: about,
    example,
    parameters: parameterSchema(schema),
  }));
}

export function listProbes(): Listed[] {
  return Object.values(probeKinds).map(({ name, about, example, schema }) => ({
    name,
    description: about,
    example,
    parameters: parameterSchema(schema),
  }));
}

/** The images of ours, with what they need on this machine under the netns driver. */
export function listServices(): Listed[] {
  return Object.values(images).map((image) => ({
    name: image.name,
    description: image.about,
    standsFor: image.standsFor,
    packages: image.packages,
    programs: image.programs,
    environment: image.environment,
  }));
}

export async function listDrivers(): Promise<Listed[]> {
  const { drivers } = await import('../../lab/registry.ts'); // loads FFI
  return Object.values(drivers).map(({ name, about }) => ({ name, description: about }));
}
