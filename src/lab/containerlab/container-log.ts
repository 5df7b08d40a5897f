import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import type Docker from 'dockerode';

/**
 * What a container's first process says, appended to a file of the run until the container ends; no file where it says
 * nothing. To be asked again when it starts again.
 */
export async function keepContainerLog(container: Docker.Container, path: string): Promise<void> {
  const { Config, State } = await container.inspect();
  const stream = await container.logs({
    ...{ follow: true, stdout: true, stderr: true },
    // what it said in an earlier life is in the file already
    since: Date.parse(State.StartedAt) / 1000,
  });
  const pieces = new Pieces();
  let file: WriteStream | undefined;
  const write = (piece: Buffer): void => {
    if (file === undefined) {
      mkdirSync(dirname(path), { recursive: true });
      file = createWriteStream(path, { flags: 'a' });
    }
    file.write(piece);
  };
  stream.on('data', (chunk: Buffer) => {
    for (const piece of Config.Tty ? [chunk] : pieces.take(chunk)) write(piece);
  });
  stream.once('end', () => file?.end());
  // a daemon that ends takes the stream with it
  stream.once('error', () => file?.end());
}

/** Without a terminal both outputs are in one stream, each piece with a head: stream, 0, 0, 0, u32 length. */
class Pieces {
  #rest = Buffer.alloc(0);

  take(chunk: Buffer): readonly Buffer[] {
    const taken: Buffer[] = [];
    let rest = Buffer.concat([this.#rest, chunk]);
    for (; rest.length >= 8;) {
      const end = 8 + rest.readUInt32BE(4);
      if (rest.length < end) break;
      taken.push(rest.subarray(8, end));
      rest = rest.subarray(end);
    }
    this.#rest = rest;
    return taken;
  }
}
