/** `tree.state["sw-a","eth3"]`: the path of one instance of a signal, as scenarios write it. */
export function instance(path: string, ...keys: readonly string[]): string {
  return `${path}[${keys.map((key) => `"${key}"`).join(',')}]`;
}
