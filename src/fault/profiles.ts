/** Impairments that have a name: figures of others, each with where they are from. */
export interface Profile {
  readonly about: string;
  /** where each figure is from; what is assumed is said to be */
  readonly source: string;
  /** parameters of `impair`, as they would be written; those given beside `profile:` replace them */
  readonly impair: Readonly<Record<string, unknown>>;
}

export const profiles: Readonly<Record<string, Profile>> = {
  'satellite-geo': {
    about: 'a hop over a geostationary satellite: a round trip of 600 ms',
    source:
      'G. Huston, "Testing LEO and GEO satellite services in Australia", APNIC blog, May 2022: at least 477 ms of a round trip are light, around 600 ms are seen',
    impair: { delay: '300ms' },
  },
  'lte-moving': {
    about: 'LTE in a vehicle: some delay, much jitter, and 50 ms of silence at each handover',
    source:
      'delay, jitter, rate: preset "4G" of Loadero (wiki.loadero.com, network conditions). 50 ms of silence at a handover, one in ten seconds, are an assumption: ITU-R M.2134 allows 27.5 ms within a frequency (as 4G Americas quotes its table of handover interruption times)',
    impair: {
      delay: '45ms',
      jitter: '15ms',
      distribution: 'normal',
      rate: '50mbit',
      loss: { burst: { mean: '0.5%', length: '50ms' } },
    },
  },
  hspa: {
    about: 'third-generation mobile',
    source:
      'preset "3.5G/HSDPA" of Loadero (wiki.loadero.com, network conditions), its slower direction',
    impair: { delay: '150ms', jitter: '10ms', rate: '10mbit', loss: '0.5%' },
  },
  edge: {
    about: 'second-generation mobile',
    source: 'preset "Edge" of Loadero (wiki.loadero.com, network conditions), its slower direction',
    impair: { delay: '650ms', jitter: '100ms', rate: '200kbit', loss: '1%' },
  },
  'flaky-dci': {
    about: 'a link between two sites that is flaky but not down: bursts of loss',
    source:
      'the situation: P. Welcher, "Data Center L2 Interconnect and Failover". The figures are an assumption, those of this project\'s flaky-wan scenario',
    impair: {
      delay: '20ms',
      jitter: '5ms',
      loss: { burst: { mean: '30%', length: '200ms' } },
    },
  },
  'sfp-dying': {
    about: 'an optical link of which every ten millionth bit is wrong: frames fail their checksum',
    source:
      'a bit error ratio of 1e-7 (assumed; IEEE 802.3 asks for 1e-12: R. Seifert on the list of its 10G study group, May 1999, of 1000BASE-X; H. Frazier on that of its HSSG, August 2006, of clauses 58.3.2 and 58.4.2) over frames of 1518 bytes. Steady and independent of the load: D. Zhuo et al., "Understanding and Mitigating Packet Corruption in Data Center Networks", SIGCOMM 2017',
    impair: { loss: '0.12%' },
  },
  'congested-wan': {
    about: 'a slow uplink with a long queue: 600 ms when it is full, then loss',
    source:
      'queues at the edge of hundreds of milliseconds up to seconds: K. Nichols, V. Jacobson, "Controlling Queue Delay", ACM Queue, May 2012, of two measurement studies. 600 ms and 1 Mbit/s are an assumption: 50 frames of 1514 bytes then are 606 ms',
    impair: { rate: '1mbit', limit: 50 },
  },
};
