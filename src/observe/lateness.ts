/** Address and link events are read from netlink as they happen; the reader may be scheduled this late. */
export const EVENT_RESOLUTION_NS = 1_000_000;

/** Frames are reported in batches: only silence that is older than this is silence. */
export const REPORT_DELAY_NS = 500_000_000;
