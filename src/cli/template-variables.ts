import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { isMap } from '../scenario/is-map.ts';
import type { TemplateValue } from '../lab/clab/template.ts';
import { readYaml } from '../scenario/yaml.ts';

/**
 * What the variables files beside a lab file say: `x.clab.yml` has `x.clab_vars.yml` (or .yaml, .json) and
 * `x.clab_vars.<more>.yml`, merged in alphabetical order, as containerlab finds them. undefined where there are none.
 */
export function readTemplateVariables(labFile: string): TemplateValue {
  const directory = dirname(labFile);
  const stem = `${basename(labFile, extname(labFile))}_vars.`;
  if (!existsSync(directory)) return undefined;
  const names = readdirSync(directory)
    .filter((name) => name.startsWith(stem) && /\.(?:ya?ml|json)$/.test(name))
    .sort();
  let merged: TemplateValue;
  for (const name of names) {
    const file = join(directory, name);
    const { value } = readYaml(readFileSync(file, 'utf8'), file, { yaml11Booleans: true });
    merged = mergeValues(merged, value as TemplateValue);
  }
  return merged;
}

function mergeValues(into: TemplateValue, from: TemplateValue): TemplateValue {
  if (!isMap(into) || !isMap(from)) return from;
  const merged: Record<string, TemplateValue> = { ...(into as Record<string, TemplateValue>) };
  for (const [key, value] of Object.entries(from as Record<string, TemplateValue>)) {
    merged[key] = Object.hasOwn(merged, key) ? mergeValues(merged[key], value) : value;
  }
  return merged;
}
