/** Where a node is used: for an alias the place of `*name`, else where the node is written. */
export interface YamlUse {
  readonly offset: number;
  readonly node: YamlNode;
}

export interface YamlEntry extends YamlUse {
  readonly keyOffset: number;
  /** came in through `<<`: an explicit key may replace it */
  readonly merged: boolean;
}

export interface YamlScalar {
  readonly type: 'scalar';
  readonly value: string | number | boolean | null;
  /** decoded, before it became a number or a boolean */
  readonly text: string;
  /** the source between the quotes, or of the plain text */
  readonly start: number;
  readonly end: number;
  readonly plain: boolean;
  readonly inFlow: boolean;
}

export interface YamlSequence {
  readonly type: 'sequence';
  readonly items: YamlUse[];
  readonly inFlow: boolean;
}

/** A `<<` that the tree's builder left alone. */
export interface YamlMerge {
  /** how many entries of the map stand before it */
  readonly after: number;
  /** a map, or a list of maps */
  readonly use: YamlUse;
}

export interface YamlMapping {
  readonly type: 'mapping';
  readonly entries: Map<string, YamlEntry>;
  /** only where the caller resolves merges (`keepMerges`), and only where there are any */
  readonly merges?: YamlMerge[];
  readonly inFlow: boolean;
}

export type YamlNode = YamlScalar | YamlSequence | YamlMapping;

const integer = /^[-+]?\d+$|^0o[0-7]+$|^0x[\da-fA-F]+$/;
const float = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

/** The core schema of YAML 1.2.2 (§10.3.2): null, booleans, numbers; anything else is text. */
export function resolvePlain(
  text: string,
  yaml11Booleans: boolean,
): string | number | boolean | null {
  if (/^(?:|~|null|Null|NULL)$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  if (yaml11Booleans && /^(?:y|Y|yes|Yes|YES|on|On|ON)$/.test(text)) return true;
  if (yaml11Booleans && /^(?:n|N|no|No|NO|off|Off|OFF)$/.test(text)) return false;
  if (integer.test(text) || float.test(text)) return Number(text);
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return NaN;
  return text;
}
