import { strict as assert } from 'node:assert';
import { fixCommands, type DoctorCheck } from '../../../src/kernel/doctor.ts';
import { findProgram } from '../../../src/kernel/find-program.ts';
import { memoryDirectory } from '../../../src/kernel/memory-directory.ts';

describe('doctor', () => {
  it('puts its repairs together: packages in one command, each once', () => {
    const check = (ok: boolean, ...fix: string[]): DoctorCheck => ({
      name: 'n',
      ok,
      optional: true,
      detail: '',
      fix,
    });
    const install = ['apt-get', 'install', '-y'];
    const commands = fixCommands({
      ok: false,
      checks: [
        check(false, ...install, 'nftables', 'frr'),
        check(true, ...install, 'not-needed'),
        check(false, ...install, 'frr', 'bc'),
        check(false, 'chaos', 'kernel', 'build'),
        check(false, 'chaos', 'kernel', 'build'),
      ],
    });
    const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
    assert.deepEqual(commands, [
      [...sudo, ...install, 'bc', 'frr', 'nftables'],
      ['chaos', 'kernel', 'build'],
    ]);
  });
});

describe('findProgram', () => {
  it('finds system programs that are not on a user’s PATH', () => {
    assert.equal(findProgram('sh', '/nowhere:/bin'), '/bin/sh');
    assert.equal(findProgram('no-such-program'), undefined);
    assert.equal(findProgram('/etc/passwd'), undefined);
  });
});

describe('memoryDirectory', () => {
  it('refuses more than any place has, with the command that gives it', () => {
    assert.throws(() => memoryDirectory(2 ** 40), {
      code: 'cannot-run-here',
      hint: /mount -o remount,size=\d+M,exec \/dev\/shm/,
    });
  });
});
