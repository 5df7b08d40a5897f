/** Events of run/events.ts that tell what passed on the wires. */

/** `segment`: where its frames passed most often, so often for each that was sent. */
export interface StormAborted {
  readonly type: 'storm-aborted';
  readonly step: string;
  /** index of the fault in its step */
  readonly fault: number;
  readonly link: string;
  readonly direction: 'a>b' | 'b>a';
  readonly segment: { readonly link: string; readonly direction: 'a>b' | 'b>a' };
  readonly amplification: number;
  /** the limit */
  readonly most: number;
}

/** A control frame seen entering (`in`: before any fault) or leaving (`out`: after drop and delay) a wire. */
export interface FrameSeen {
  readonly type: 'frame';
  readonly protocol: string;
  readonly link: string;
  readonly direction: 'a>b' | 'b>a';
  readonly stage: 'in' | 'out';
  /** one line for people: 'VRRPv2 vrid 51 prio 150 from 10.0.0.2' */
  readonly summary: string;
}

/** Control frames came so thick that not all of them are written: so many were not, from `since` until `t`. */
export interface FramesLeftOut {
  readonly type: 'frames-left-out';
  readonly link: string;
  readonly direction: 'a>b' | 'b>a';
  readonly stage: 'in' | 'out';
  readonly count: number;
  readonly since: number;
}

/** One second of a probe, by time of sending. */
export interface ProbeSecond {
  readonly type: 'probe';
  readonly probe: string;
  /** start of the second */
  readonly since: number;
  readonly sent: number;
  readonly received: number;
  readonly late: number;
  readonly delayMinNs: number | null;
  readonly delayMeanNs: number | null;
  readonly delayMaxNs: number | null;
}
