import { workerData, type MessagePort } from 'node:worker_threads';
import { RoomLoop } from './room-loop.ts';
import type { RoomStart } from './room-protocol.ts';

const { start, port } = workerData as { readonly start: RoomStart; readonly port: MessagePort };

// from here on this thread sleeps in epoll and never comes back to Node's own loop until the room is closed
new RoomLoop(start, port).run();
port.close();
