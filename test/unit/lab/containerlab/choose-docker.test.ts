import assert from 'node:assert/strict';
import {
  chooseDocker,
  type DockerAsked,
  type DockerOffer,
  type DockerOffers,
} from '../../../../src/lab/containerlab/choose-docker.ts';

const works: DockerOffer = { works: true, detail: 'answers' };
const lacks = (detail: string, ...fix: readonly string[]): DockerOffer => ({
  ...{ works: false, detail },
  ...(fix.length > 0 && { fix }),
});

const all: DockerOffers = { host: works, own: works, guest: works };
const auto: DockerAsked = { docker: 'auto', kernel: 'auto', clock: 'auto' };

describe('where the Docker of a lab runs', () => {
  const choices: readonly (readonly [Partial<DockerAsked>, Partial<DockerOffers>, string])[] = [
    [{}, {}, 'host'],
    [{}, { host: lacks('no daemon answers') }, 'own'],
    [{}, { host: lacks('no daemon answers'), own: lacks('no /proc/modules') }, 'guest'],
    [{ kernel: 'host' }, { host: lacks('no daemon answers') }, 'own'],
    [{ kernel: 'embedded' }, {}, 'guest'],
    [{ docker: 'own' }, {}, 'own'],
    [{ docker: 'own' }, { own: lacks('no /proc/modules') }, 'guest'],
    [{ docker: 'own', kernel: 'embedded' }, {}, 'guest'],
    [{ docker: 'host', kernel: 'host', clock: 'real' }, {}, 'host'],
  ];
  for (const [asked, offers, place] of choices) {
    it(`${JSON.stringify(asked)} where not ${Object.keys(offers).join(', ')}: ${place}`, () => {
      const choice = chooseDocker({ ...auto, ...asked }, { ...all, ...offers });
      assert.equal(choice.place, place);
    });
  }

  it('says what was chosen, and why the better ones were not', () => {
    const offers = { ...all, host: lacks('no daemon answers'), own: lacks('no /proc/modules') };
    assert.equal(
      chooseDocker(auto, offers).why,
      "a Docker of the run's own in the embedded kernel (answers); " +
        "not the machine's Docker: no daemon answers; " +
        "not a Docker of the run's own in a sandbox on the host's kernel: no /proc/modules",
    );
  });

  it('refuses what was asked for by name and is not there, with what repairs it', () => {
    const offers = {
      ...all,
      own: lacks('dockerd is not installed', 'apt-get', 'install', '-y', 'docker.io'),
    };
    assert.throws(() => chooseDocker({ ...auto, docker: 'own', kernel: 'host' }, offers), {
      code: 'cannot-run-here',
      message: /sandbox on the host's kernel: dockerd is not installed$/,
      hint: 'apt-get install -y docker.io\n  or: --kernel embedded\n  or: --driver netns',
    });
    assert.throws(
      () => chooseDocker({ ...auto, docker: 'host' }, { ...all, host: lacks('none') }),
      {
        code: 'cannot-run-here',
        message: /the machine's Docker: none$/,
      },
    );
  });

  it('refuses what cannot be', () => {
    assert.throws(() => chooseDocker({ ...auto, clock: 'warp' }, all), {
      code: 'cannot-run-here',
      message: /stands still in the warp clock/,
    });
    assert.throws(() => chooseDocker({ ...auto, docker: 'host', kernel: 'embedded' }, all), {
      code: 'usage',
      message: /has the host's kernel/,
    });
  });
});
