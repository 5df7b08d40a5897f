import assert from 'node:assert/strict';
import { imageFor, imageNames, images, repositoryOf } from '../../../src/service/registry.ts';

describe('service/registry', () => {
  const references: readonly (readonly [string, string])[] = [
    ['alpine', 'alpine'],
    ['library/alpine:3', 'alpine'],
    ['docker.io/library/debian:12-slim', 'debian'],
    ['quay.io/frrouting/frr:10.5.1', 'frrouting/frr'],
    ['registry.example:5000/a/b', 'a/b'],
    ['localhost/x:dev', 'x'],
    ['frrouting/frr@sha256:00ff', 'frrouting/frr'],
    ['ghcr.io/srl-labs/network-multitool:latest@sha256:00ff', 'srl-labs/network-multitool'],
  ];
  for (const [reference, repository] of references) {
    it(`${reference} is ${repository}`, () => {
      assert.equal(repositoryOf(reference), repository);
    });
  }

  it('finds our own images, with and without name space and tag, exactly', () => {
    for (const name of ['frr', 'chaos/frr', 'chaos/frr:1']) {
      assert.deepEqual(imageFor(name), { image: images['frr'], exact: true });
    }
  });

  it('takes ours for a public image, and says that it is another', () => {
    const found = imageFor('quay.io/frrouting/frr:10.5.1');
    assert.equal(found?.image.name, 'frr');
    assert.equal(found.exact, false);
    assert.equal(imageFor('ghcr.io/srl-labs/network-multitool')?.image.name, 'linux');
  });

  it('takes ours for what people publish: their own builds, registries, tool boxes', () => {
    const expected: readonly (readonly [string, string])[] = [
      ['frrouting/frr:v8.4.1', 'frr'],
      ['frrouting/frr-debian:latest', 'frr'],
      ['registry.example:5000/acme/frr', 'frr'],
      ['192.168.2.100:5000/nettool', 'linux'],
      ['wbitt/network-multitool:alpine-extra', 'linux'],
      ['nicolaka/netshoot', 'linux'],
      ['python:3.12-alpine', 'linux'],
      ['docker.io/library/ubuntu:24.04', 'linux'],
      ['osixia/keepalived:2.0.20', 'keepalived'],
    ];
    for (const [reference, name] of expected) assert.equal(imageFor(reference)?.image.name, name);
  });

  it('knows no image that it does not have, nor what every object has', () => {
    for (const name of [
      'nokia/srlinux',
      'constructor',
      'frrouting/constructor',
      'acme/bridge',
      'acme/firewall',
      '',
    ]) {
      assert.equal(imageFor(name), undefined);
    }
  });

  it('lets each name stand for one image', () => {
    const names = imageNames();
    assert.deepEqual([...new Set(names)], names);
  });

  it('keeps a tmpfs for every directory that belongs to somebody, at absolute paths', () => {
    for (const image of Object.values(images)) {
      for (const directory of image.privateDirectories) {
        assert.match(directory.path, /^\/\w/);
        assert.equal(directory.type, 'tmpfs', `${image.name} ${directory.path}`);
      }
    }
  });
});
