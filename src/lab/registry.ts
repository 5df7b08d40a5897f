import { attachDriver } from './attached/attach-driver.ts';
import { containerlabDriver } from './containerlab/containerlab-driver.ts';
import type { LabDriver } from './lab.ts';
import { netnsDriver } from './netns/netns-driver.ts';

/** Every driver, by the name that `--driver` takes. */
export const drivers: Readonly<Record<string, LabDriver>> = {
  netns: netnsDriver,
  containerlab: containerlabDriver,
  attach: attachDriver,
};
