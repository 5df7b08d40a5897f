/** Where the rules of a direction stand, and what follows from that. */
export interface RulePlace {
  /** of family netdev */
  readonly table: string;
  /** a frame is seen as it comes in from a node, or as it leaves one */
  readonly hook: 'ingress' | 'egress';
  /** it ends with the process that made it, and nobody else can change it */
  readonly isOwned: boolean;
}

/** Table `faults` of the wire room. */
export const ROOM_RULES: RulePlace = { table: 'faults', hook: 'ingress', isOwned: false };
/** In a node of a lab that runs already. */
export const NODE_RULES: RulePlace = { table: 'chaos', hook: 'egress', isOwned: true };
