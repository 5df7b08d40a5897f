import type { LabFile } from './lab-file.ts';

const RESERVED = ['host', 'mgmt-net', 'macvlan'];
/** sethostname(2) takes 64 bytes; names also become file and directory names */
const LONGEST_NAME = 63;

/** What containerlab, its links and the kernel take for a name. */
export function checkNodeName(file: LabFile, name: string): void {
  const refuse = (message: string, expected?: string): void => {
    file.complain(['topology', 'nodes', name], { message, ...(expected && { expected }) }, 'key');
  };
  if (RESERVED.includes(name.toLowerCase())) {
    refuse(`'${name}' stands for something else in links and can't be a node`);
  } else if (name.includes('|')) {
    refuse(`'${name}': a bridge inside another node's namespace is not supported`);
  } else if (!/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/.test(name)) {
    refuse(`'${name}' can't be the name of a node`, 'letters, digits, and . _ - after the first');
  } else if (name.length > LONGEST_NAME) {
    refuse(
      `the name '${name}' has ${String(name.length)} characters`,
      `at most ${String(LONGEST_NAME)}`,
    );
  }
}
