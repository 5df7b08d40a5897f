import type Docker from 'dockerode';

/**
 * Until what Docker does is done (building, loading, importing an image). It says at the end of its answer, not by a
 * status, that a step has failed.
 */
export function dockerEnds(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  said: (text: string) => void = () => undefined,
): Promise<void> {
  const modem = docker.modem as {
    followProgress(
      stream: NodeJS.ReadableStream,
      done: (error: Error | null) => void,
      said: (message: { readonly stream?: string }) => void,
    ): void;
  };
  return new Promise((resolve, reject) => {
    modem.followProgress(
      stream,
      (error) => {
        if (error === null) resolve();
        else reject(error);
      },
      ({ stream: text }) => {
        said(text ?? '');
      },
    );
  });
}
