import { openSync } from 'node:fs';

/**
 * A router that others hold, as a lab of one node: found by its first process, `pid`. `services`: daemons of it, name and
 * pid, that nobody here can start. Gives the lab, and a journal on the disk whose steps undo in it.
 */
export async function outsideLab(dist, pid, services = []) {
  const load = (path) => import(`${dist}/${path}.js`);
  const { readProcess } = await load('host/processes');
  const { UndoInEngine } = await load('run/undo-in-engine');
  const { FoundNodes } = await load('undo/found-nodes');
  const { journalFile } = await load('undo/journal-file');
  const { UndoJournal } = await load('undo/journal');
  const found = await new FoundNodes().node({ name: 'r1', init: readProcess(pid) });
  if (found.absent) throw new Error('the router is gone');
  const node = {
    ...{ name: 'r1', initPid: found.initPid, level: 'pid', services, power: null },
    netnsFd: openSync(`/proc/${pid}/ns/net`, 'r'),
    inNet: (body) => found.inNet(body),
    exec: (argv, options) => found.exec(argv, { timeoutMs: 30_000, ...options }),
  };
  const undoing = new UndoInEngine();
  undoing.lab = {
    topology: { nodes: [], links: [] },
    node: () => node,
    stop: () => Promise.resolve(),
  };
  const journal = (path) => new UndoJournal(journalFile(path), (act) => undoing.execute(act));
  return { lab: undoing.lab, journal };
}
