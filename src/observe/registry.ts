import { link } from './link.ts';
import type { ObserverKind } from './observer.ts';
import { ospf } from './ospf.ts';
import { stp } from './stp.ts';
import { traffic } from './traffic.ts';
import { vrrp } from './vrrp.ts';

/** Every kind of observer, by the name that a scenario uses. */
export const observerKinds: Readonly<Record<string, ObserverKind<unknown>>> = {
  vrrp,
  stp,
  ospf,
  link,
  traffic,
};

export function observerKind(name: string): ObserverKind<unknown> | undefined {
  return Object.hasOwn(observerKinds, name) ? observerKinds[name] : undefined;
}
