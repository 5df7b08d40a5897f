export const PACKET = {
  /** no such packet (not yet sent, or forgotten) */
  none: 0,
  pending: 1,
  received: 2,
  lost: 3,
  /** lost, and arrived after all */
  late: 4,
} as const;

export type PacketState = (typeof PACKET)[keyof typeof PACKET];

const FIRST_CAPACITY = 1024;

/** Consecutive packets by sequence number: a ring over typed arrays that grows when it must. */
export class PacketRing {
  #sentNs: Float64Array = new Float64Array(FIRST_CAPACITY);
  #states: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  #first = 0;
  #end = 0;

  /** the oldest sequence number that is known */
  get first(): number {
    return this.#first;
  }

  /** the sequence number that comes next */
  get end(): number {
    return this.#end;
  }

  push(sentNs: number): void {
    if (this.#end - this.#first === this.#states.length) this.#grow();
    const at = this.#end % this.#states.length;
    this.#sentNs[at] = sentNs;
    this.#states[at] = PACKET.pending;
    this.#end += 1;
  }

  dropFirst(): void {
    this.#first += 1;
  }

  stateOf(sequence: number): PacketState {
    if (sequence < this.#first || sequence >= this.#end) return PACKET.none;
    return this.#states[sequence % this.#states.length] as PacketState;
  }

  setState(sequence: number, state: PacketState): void {
    if (sequence < this.#first || sequence >= this.#end) return;
    this.#states[sequence % this.#states.length] = state;
  }

  sentNsOf(sequence: number): number {
    return this.#sentNs[sequence % this.#sentNs.length] ?? 0;
  }

  #grow(): void {
    const capacity = this.#states.length * 2;
    const sentNs = new Float64Array(capacity);
    const states = new Uint8Array(capacity);
    for (let sequence = this.#first; sequence < this.#end; sequence += 1) {
      sentNs[sequence % capacity] = this.sentNsOf(sequence);
      states[sequence % capacity] = this.stateOf(sequence);
    }
    this.#sentNs = sentNs;
    this.#states = states;
  }
}
