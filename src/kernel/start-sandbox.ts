import { startEmbedded } from './embedded.ts';
import { startOnHost } from './host-sandbox.ts';
import type { StartSandbox } from './sandbox.ts';

/** Starts the engine where the plan wants it. It dies with this process, however that ends. */
export const startSandbox: StartSandbox = (options) =>
  options.kernel === 'embedded' ? startEmbedded(options) : startOnHost(options);
