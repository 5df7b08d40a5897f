import type { Direction } from '../../wire/want.ts';

/** A decoded control frame, on the wire that it was seen on. `in`: before any fault; `out`: after drop and delay. */
export interface Frame {
  readonly tNs: number;
  readonly link: string;
  readonly direction: Direction;
  readonly stage: 'in' | 'out';
  readonly sourceMac: string;
  readonly destinationMac: string;
  readonly body: FrameBody;
}

export type FrameBody =
  | {
      readonly protocol: 'bpdu';
      readonly bpduType: 'config' | 'tcn' | 'rst';
      readonly rootId: string;
      readonly rootPathCost: number;
      readonly bridgeId: string;
      readonly portId: number;
      readonly topologyChange: boolean;
      readonly topologyChangeAck: boolean;
      readonly messageAgeMs: number;
      readonly maxAgeMs: number;
      readonly helloTimeMs: number;
      readonly forwardDelayMs: number;
    }
  | {
      readonly protocol: 'vrrp';
      readonly version: 2 | 3;
      readonly vrid: number;
      readonly priority: number;
      readonly advertIntervalMs: number;
      readonly source: string;
      readonly addresses: readonly string[];
    }
  | {
      readonly protocol: 'ospf';
      readonly packetType:
        | 'hello'
        | 'database-description'
        | 'link-state-request'
        | 'link-state-update'
        | 'link-state-ack';
      readonly routerId: string;
      readonly area: string;
      readonly source: string;
      readonly neighbors: readonly string[];
    }
  | {
      readonly protocol: 'arp';
      readonly operation: 'request' | 'reply' | 'gratuitous';
      readonly senderMac: string;
      readonly senderIp: string;
      readonly targetIp: string;
    };
