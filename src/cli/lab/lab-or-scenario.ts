import { readLab, readUserFile, type LabText } from '../read-lab.ts';
import { readLabOf, readScenarioFile } from '../read-plan.ts';

/** A file that is a lab, or a scenario, whose lab is then meant. A lab file is one that has a topology. */
export async function readLabOrScenario(path: string, driver?: string): Promise<LabText> {
  const text = readUserFile(path, 'the file');
  const isLab = /\.clab\.ya?ml$/.test(path) || /^topology\s*:/m.test(text);
  return isLab ? readLab(path, {}, driver) : readLabOf(readScenarioFile(path), {}, driver);
}
