import koffi from 'koffi';

/**
 * nftables in this process, libnftables(3): a transaction costs 20-150 us, a forked nft 10 ms. Commands act in the
 * network namespace that the thread was in when the context was made.
 */

interface Library {
  readonly contextNew: (flags: number) => unknown;
  readonly contextFree: (context: unknown) => void;
  readonly run: (context: unknown, commands: string) => number;
  readonly bufferOutput: (context: unknown) => number;
  readonly bufferError: (context: unknown) => number;
  readonly output: (context: unknown) => string;
  readonly error: (context: unknown) => string;
  readonly outputFlags: (context: unknown, flags: number) => void;
}

const NFT_CTX_OUTPUT_JSON = 1 << 4;

let loaded: Library | undefined;

/** @throws when libnftables.so.1 (Debian: libnftables1) is not there */
function library(): Library {
  if (loaded !== undefined) return loaded;
  const so = koffi.load('libnftables.so.1');
  loaded = {
    contextNew: so.func('void *nft_ctx_new(uint32_t flags)'),
    contextFree: so.func('void nft_ctx_free(void *ctx)'),
    run: so.func('int nft_run_cmd_from_buffer(void *ctx, const char *buf)'),
    bufferOutput: so.func('int nft_ctx_buffer_output(void *ctx)'),
    bufferError: so.func('int nft_ctx_buffer_error(void *ctx)'),
    output: so.func('const char *nft_ctx_get_output_buffer(void *ctx)'),
    error: so.func('const char *nft_ctx_get_error_buffer(void *ctx)'),
    outputFlags: so.func('void nft_ctx_output_set_flags(void *ctx, unsigned int flags)'),
  };
  return loaded;
}

export class NftError extends Error {
  /** the commands that were refused, all of them: nothing was changed */
  readonly commands: string;

  constructor(commands: string, says: string) {
    super(`nft: ${says.trim()}`);
    this.name = 'NftError';
    this.commands = commands;
  }
}

export class Nftables {
  readonly #library: Library = library();
  readonly #context: unknown;

  constructor() {
    this.#context = this.#library.contextNew(0);
    this.#library.bufferOutput(this.#context);
    this.#library.bufferError(this.#context);
  }

  /** All commands as one transaction; what they print. */
  run(commands: string): string {
    this.#library.outputFlags(this.#context, 0);
    return this.#run(commands);
  }

  /** The answer of a `list` command in the form of libnftables-json(5). */
  list(command: string): NftObject[] {
    this.#library.outputFlags(this.#context, NFT_CTX_OUTPUT_JSON);
    return (JSON.parse(this.#run(command)) as { nftables: NftObject[] }).nftables;
  }

  close(): void {
    this.#library.contextFree(this.#context);
  }

  #run(commands: string): string {
    const result = this.#library.run(this.#context, commands);
    // reading a buffer also empties it
    const output = this.#library.output(this.#context);
    const error = this.#library.error(this.#context);
    if (result !== 0) throw new NftError(commands, error);
    return output;
  }
}

/** One member of the array: `{counter: {...}}`, `{chain: {...}}`, ... Only what is used here is typed. */
export interface NftObject {
  readonly counter?: {
    readonly table: string;
    readonly name: string;
    readonly packets: number;
    readonly bytes: number;
  };
  readonly chain?: { readonly table: string; readonly name: string; readonly dev?: string };
}
