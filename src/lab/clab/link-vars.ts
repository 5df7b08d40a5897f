import { z } from 'zod';
import { isMap } from '../../scenario/is-map.ts';
import { bitRate, count } from '../../scenario/units.ts';
import type { YamlPath } from '../../scenario/yaml.ts';
import type { LabFile } from './lab-file.ts';

/** What `vars: {chaos: {…}}` of a link says; stock containerlab carries `vars` along and ignores them. */
export interface ChaosVars {
  readonly name: string | undefined;
  readonly rateBitPerSec: number;
  readonly queueLimitPackets: number;
  /** of the node ends, bytes */
  readonly mtu: number | undefined;
}

const DEFAULT_RATE = 100_000_000;
const DEFAULT_LIMIT = 1000;

const schemas = {
  name: z
    .string()
    .regex(/^[A-Za-z][\w.-]*$/, "a name: letters, digits and . _ -, without ':' and '~'"),
  rate: bitRate({ min: 1000, max: 100e9 }),
  limit: count({ min: 1, max: 10_000_000 }),
  mtu: count({ min: 68, max: 65_535 }),
} as const;

export function readChaosVars(file: LabFile, path: YamlPath): ChaosVars {
  const at = [...path, 'chaos'];
  const value = file.valueAt(at);
  if (value !== undefined && value !== null && !isMap(value)) {
    file.complain(at, {
      message: "'chaos' must be a map",
      expected: '{name: wan, rate: 10mbit, limit: 1000, mtu: 1500}',
    });
  }
  const keys = file.keysAt(at);
  for (const key of keys) {
    if (!Object.hasOwn(schemas, key))
      file.complainUnknownKey([...at, key], Object.keys(schemas), 'chaos vars');
  }
  const read = <K extends keyof typeof schemas>(
    key: K,
  ): z.infer<(typeof schemas)[K]> | undefined => {
    if (!keys.includes(key)) return undefined;
    const result = schemas[key].safeParse(file.valueAt([...at, key]));
    if (result.success) return result.data as z.infer<(typeof schemas)[K]>;
    const message = `'${key}': ${result.error.issues[0]?.message ?? 'wrong'}`;
    file.complain([...at, key], { message });
    return undefined;
  };
  return {
    name: read('name'),
    rateBitPerSec: read('rate') ?? DEFAULT_RATE,
    queueLimitPackets: read('limit') ?? DEFAULT_LIMIT,
    mtu: read('mtu'),
  };
}
