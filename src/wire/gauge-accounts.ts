import { directionKey } from './direction-state.ts';
import type { AskedPart } from './expected-passage.ts';
import { DelayAccount, RateAccount, type MeasuredFigure } from './gauge-account.ts';
import type { GaugeSink } from './gauge-window.ts';
import type { DoseReport } from './room.ts';
import type { AskedDose, WireDirection } from './want.ts';

interface Account {
  readonly at: WireDirection;
  readonly fault: string;
  readonly delay: DelayAccount;
  readonly rate: RateAccount;
  /** it has asked for it at some time */
  asksDelay: boolean;
  asksJitter: boolean;
  asksRate: boolean;
}

/** What was read of every fault on every direction. */
export class GaugeAccounts {
  readonly #accounts = new Map<string, Account>();

  /** The fault is in force: it is accounted for, whether a frame meets it or not. */
  expect(at: WireDirection, part: AskedPart): void {
    const account = this.#of(at, part);
    account.asksDelay ||= part.delayNs > 0;
    account.asksJitter ||= part.jitterNs > 0;
    account.asksRate ||= part.rateBitPerSec > 0;
  }

  #of(at: WireDirection, { fault }: AskedPart): Account {
    const key = `${directionKey(at)} ${fault}`;
    let account = this.#accounts.get(key);
    if (account === undefined) {
      const accounts = { delay: new DelayAccount(), rate: new RateAccount() };
      const asks = { asksDelay: false, asksJitter: false, asksRate: false };
      account = { at, fault, ...accounts, ...asks };
      this.#accounts.set(key, account);
    }
    return account;
  }

  sinkOf(at: WireDirection): GaugeSink {
    return {
      saw: (part) => {
        const { delay, rate } = this.#of(at, part);
        delay.saw();
        rate.saw();
      },
      delay: (part, offNs, varianceNs2, weight) => {
        this.#of(at, part).delay.read(part, offNs, varianceNs2, weight);
      },
      rate: (part, bytes, ns) => {
        this.#of(at, part).rate.read(part, bytes, ns);
      },
      close: () => {
        for (const account of this.#accounts.values()) {
          if (directionKey(account.at) === directionKey(at)) account.rate.close();
        }
      },
    };
  }

  has(wanted: (fault: string, at: WireDirection) => boolean): boolean {
    return [...this.#accounts.values()].some(({ fault, at }) => wanted(fault, at));
  }

  doses(wanted: (fault: string, at: WireDirection) => boolean): DoseReport[] {
    return [...this.#accounts.values()]
      .filter(({ fault, at }) => wanted(fault, at))
      .flatMap((account) => {
        const { delay, rate, asksDelay, asksJitter, asksRate } = account;
        return [
          ...(asksDelay ? [reportOf(account, 'delay', delay.delay())] : []),
          ...(asksJitter ? [reportOf(account, 'jitter', delay.jitter())] : []),
          ...(asksRate ? [reportOf(account, 'rate', rate.rate())] : []),
        ];
      });
  }
}

function reportOf(
  { at, fault }: Account,
  quantity: AskedDose['quantity'],
  { asked, measured, interval, seen, used }: MeasuredFigure,
): DoseReport {
  return {
    type: 'dose',
    ...at,
    ...{ fault, quantity, seen, hit: used, measured },
    ...(used > 0 && { asked }),
    ...(interval !== null && { interval }),
  };
}
