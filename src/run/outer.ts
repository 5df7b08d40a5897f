import { createInterface } from 'node:readline';
import type { EngineMessage } from './engine-message.ts';

/** The process that started the engine: it reads our standard output and holds our standard input open. */
export interface Outer {
  tell(message: EngineMessage): void;
  /** the line `interrupt` arrived */
  onInterrupt(listener: () => void): void;
  onResume(listener: () => void): void;
}

/**
 * Standard output carries messages, standard input two words. When it ends, the outer process is gone, and so must
 * we be at once: the sandbox's death is the undo.
 */
export function outerProcess(): Outer {
  const interrupt: (() => void)[] = [];
  const resume: (() => void)[] = [];
  const lines = createInterface({ input: process.stdin, terminal: false });
  lines.on('line', (line) => {
    const word = line.trim();
    if (word === 'interrupt') for (const listener of interrupt) listener();
    else if (word === 'resume') for (const listener of resume) listener();
  });
  lines.on('close', () => process.exit(143));
  process.stdin.unref();
  return {
    tell(message) {
      process.stdout.write(`${JSON.stringify(message)}\n`);
    },
    onInterrupt(listener) {
      interrupt.push(listener);
    },
    onResume(listener) {
      resume.push(listener);
    },
  };
}
