import type { FrameClass } from './want.ts';

/** A class of frames as text: equal classes have equal keys, every frame has ''. */
export function frameClassKey(match: FrameClass): string {
  const { source, destination, ipProtocol, sourcePort, destinationPort } = match.flow ?? {};
  const parts = [
    match.protocol ?? '',
    match.largerThanBytes === undefined ? '' : `>${match.largerThanBytes}B`,
    source ?? '',
    destination ?? '',
    ipProtocol ?? '',
    sourcePort ?? '',
    destinationPort ?? '',
  ].map(String);
  return parts.every((part) => part === '') ? '' : parts.join(' ');
}
