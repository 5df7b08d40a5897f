import { ChaosError } from '../../errors.ts';
import type { RunSettings } from './run-settings.ts';
import { nearName } from '../../scenario/near-name.ts';

/** `--driver` and what goes with it. @throws ChaosError 'usage' */
export async function checkDriver(driver: string, docker: RunSettings['docker']): Promise<void> {
  const { drivers } = await import('../../lab/registry.ts');
  if (!Object.hasOwn(drivers, driver)) {
    const names = Object.keys(drivers);
    const near = nearName(driver, names);
    throw new ChaosError(
      'usage',
      `--driver: ${JSON.stringify(driver)} is not one of ${names.join(', ')}`,
      { hint: near === undefined ? undefined : `did you mean ${near}?` },
    );
  }
  if (docker !== 'auto' && driver !== 'containerlab') {
    throw new ChaosError('usage', `--docker ${docker} needs --driver containerlab`);
  }
}
