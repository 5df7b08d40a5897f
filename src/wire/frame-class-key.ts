import type { FrameClass } from './want.ts';

/** A class of frames as text, 'udp >1400B from=10.0.0.1': equal classes have equal keys, every frame has ''. */
export function frameClassKey(match: FrameClass): string {
  const { source, destination, ipProtocol, sourcePort, destinationPort } = match.flow ?? {};
  const parts: readonly (readonly [label: string, value: string | number | undefined])[] = [
    ['', match.protocol],
    ['>', match.largerThanBytes],
    ['from=', source],
    ['to=', destination],
    ['ip=', ipProtocol],
    ['from-port=', sourcePort],
    ['to-port=', destinationPort],
    ['macs=', match.sourceMacs?.join()],
  ];
  return parts
    .filter(([, value]) => value !== undefined)
    .map(([label, value]) => `${label}${String(value)}`)
    .join(' ');
}
