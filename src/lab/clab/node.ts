import { isMap } from '../../scenario/is-map.ts';
import { nearName } from '../../scenario/near-name.ts';
import {
  foreignImage,
  imageFor,
  imageNames,
  images,
  repositoryOf,
} from '../../service/registry.ts';
import type { Image } from '../../service/service.ts';
import type { NotHonoured, TopologyNode } from '../topology.ts';
import { readBinds } from './binds.ts';
import type { BindContext } from './binds.ts';
import type { Written } from './definition.ts';
import { readEnvFile } from './env-file.ts';
import { readExec } from './exec.ts';
import { readForeignImage } from './foreign-image.ts';
import { InheritedNode } from './inherit.ts';
import { keyLosses } from './key-losses.ts';
import { nodeKinds, vendorKinds } from './node-kinds.ts';
import { readSettings } from './settings.ts';
import type { LabFile } from './lab-file.ts';
import { checkNodeName } from './node-name.ts';

export interface NodeContext extends Omit<BindContext, 'expand'> {
  readonly lab: string;
  readonly readFile: ((path: string) => string | undefined) | undefined;
  /** containerlab runs it: any kind and image will do */
  readonly isRunning: boolean;
  readonly foreignImages: boolean;
}

export interface ReadNode {
  readonly node: TopologyNode;
  readonly image: Image;
  readonly notHonoured: readonly NotHonoured[];
}

const IMAGE_LABEL = 'chaos.image';
/** One node with everything that it inherits; undefined (and complaints) where it can't be raised. */
export function readNode(file: LabFile, name: string, context: NodeContext): ReadNode | undefined {
  const value = file.valueAt(['topology', 'nodes', name]);
  // `r1:` alone inherits everything; what is neither empty nor a map has been complained about
  if (value !== null && !isMap(value)) return undefined;
  return new NodeReader(file, name, context).read();
}

class NodeReader {
  readonly #file: LabFile;
  readonly #node: InheritedNode;
  readonly #context: NodeContext;
  readonly #path: readonly string[];
  readonly #notHonoured: NotHonoured[] = [];

  constructor(file: LabFile, name: string, context: NodeContext) {
    this.#file = file;
    this.#node = new InheritedNode(file, name);
    this.#context = context;
    this.#path = ['topology', 'nodes', name];
  }

  read(): ReadNode | undefined {
    checkNodeName(this.#file, this.#node.name);
    const kind = this.#kind();
    const image = kind === undefined ? undefined : this.#image(kind);
    this.#checkNetworkMode();
    this.#notHonoured.push(...keyLosses(this.#file, this.#node));
    const binds = readBinds(
      this.#file,
      this.#node.list('binds'),
      { ...this.#context, expand: this.#expand },
      (bind, message) => {
        this.#leaveOut('binds', bind, message);
      },
    );
    const exec = readExec(this.#file, this.#node, this.#expand, (key, at, message) => {
      this.#leaveOut(key, at, message);
    });
    const env = this.#environment();
    const settings = readSettings(this.#file, this.#node, this.#expand, image === foreignImage);
    if (kind === undefined || image === undefined) return undefined;
    const node: TopologyNode = {
      name: this.#node.name,
      kind,
      image: kind === 'linux' ? (this.#node.text('image')?.text ?? '') : '',
      mappedImage: image.name,
      ...(image === foreignImage && { foreign: readForeignImage(this.#node, this.#expand) }),
      binds,
      exec,
      env,
      labels: texts(this.#node.map('labels')),
      sysctls: { ...image.sysctls, ...texts(this.#node.map('sysctls')) },
      ...(settings !== undefined && { settings }),
      position: this.#file.positionOf(this.#path, 'key'),
    };
    return { node, image, notHonoured: this.#notHonoured };
  }

  #kind(): string | undefined {
    const written = this.#node.kind;
    if (written === undefined) {
      const message = `node '${this.#node.name}' has no kind, and none is inherited`;
      this.#file.complain(this.#path, { message, expected: 'kind: linux' }, 'key');
      return undefined;
    }
    const kind = written.text.toLowerCase();
    if (this.#context.isRunning) return kind;
    const known = nodeKinds[kind];
    if (known !== undefined && typeof known !== 'string') {
      this.#file.complain(written.path, {
        message: `kind '${kind}' can't be raised: ${known.refused}`,
      });
      return undefined;
    }
    if (known !== undefined) return kind;
    const message = vendorKinds.includes(kind)
      ? `kind '${kind}' needs its vendor's image, which the netns driver can't run`
      : `unknown kind '${kind}'`;
    const near = nearName(kind, Object.keys(nodeKinds));
    this.#file.complain(written.path, {
      message,
      expected: 'linux or bridge',
      ...(vendorKinds.includes(kind) && {
        hint: 'a router of FRRouting may do in its place: kind: linux, image: quay.io/frrouting/frr',
      }),
      ...(!vendorKinds.includes(kind) && near !== undefined && { near }),
    });
    return undefined;
  }

  #image(kind: string): Image | undefined {
    if (kind === 'ovs-bridge' && this.#node.kind !== undefined) {
      this.#leaveOut('kind', this.#node.kind, 'a Linux bridge stands in for Open vSwitch');
    }
    if (nodeKinds[kind] === 'bridge') return imageFor('bridge')?.image;
    const written = this.#node.text('image');
    if (this.#context.isRunning) {
      return (written && imageFor(written.text)?.image) ?? images['linux'];
    }
    if (written === undefined) {
      const message = `node '${this.#node.name}' has no image, and none is inherited`;
      this.#file.complain(
        this.#path,
        { message, expected: `image: one of ${imageNames().join(', ')}` },
        'key',
      );
      return undefined;
    }
    // a label that containerlab carries along: which of ours stands for an image that only its author knows
    const chosen = this.#node.map('labels').get(IMAGE_LABEL);
    const match = imageFor((chosen ?? written).text);
    if (match !== undefined) return match.image;
    if (chosen === undefined && this.#context.foreignImages) return foreignImage;
    const near = nearImage((chosen ?? written).text);
    this.#file.complain((chosen ?? written).path, {
      message: `no image of ours stands for '${(chosen ?? written).text}' (node '${this.#node.name}')`,
      expected: `one of ${imageNames().join(', ')}`,
      ...(chosen === undefined && {
        hint: `say which one does: labels: {${IMAGE_LABEL}: linux}; containerlab ignores it. As it is it runs with --driver containerlab --docker host`,
      }),
      ...(near !== undefined && { near }),
    });
    return undefined;
  }

  #checkNetworkMode(): void {
    const mode = this.#node.text('network-mode');
    // none: without a management network, every node is like this
    if (
      this.#context.isRunning ||
      mode === undefined ||
      ['none', 'bridge', 'default'].includes(mode.text)
    )
      return;
    const message = `network-mode '${mode.text}': every node has a network namespace of its own`;
    const hint = mode.text.startsWith('container:')
      ? `give the exec lines and link ends of '${this.#node.name}' to the node whose network it shares`
      : 'leave it out: a lab never uses the network of the host';
    this.#file.complain(mode.path, { message, expected: 'none, or nothing', hint });
  }

  #leaveOut(key: string, written: Written, message: string): void {
    const position = this.#file.positionOf(written.path);
    this.#notHonoured.push({ node: this.#node.name, key, message, position });
  }

  /** `env` over the variables of the `env-files`. */
  #environment(): Readonly<Record<string, string>> {
    const variables: Record<string, string> = {};
    for (const written of this.#node.list('env-files')) {
      const [bind] = readBinds(
        this.#file,
        [{ ...written, text: `${written.text}:/env` }],
        { ...this.#context, expand: this.#expand },
        () => undefined,
      );
      const text = bind && this.#context.readFile?.(bind.source);
      if (text !== undefined) Object.assign(variables, readEnvFile(text));
      else if (bind !== undefined)
        this.#leaveOut('env-files', written, 'the file could not be read');
    }
    const own = this.#node.map('env');
    const imported = own.get('__IMPORT_ENVS');
    if (imported?.text === 'true') {
      const message = "the machine's own variables would make runs differ from machine to machine";
      this.#leaveOut('env', imported, message);
    }
    const given = Object.entries(texts(own)).filter(([name]) => name !== '__IMPORT_ENVS');
    return { ...variables, ...Object.fromEntries(given) };
  }

  /** containerlab's magic variables. */
  readonly #expand = (text: string): string => {
    const { directory, lab } = this.#context;
    const { name } = this.#node;
    return text
      .replaceAll('__clabNodeName__', name)
      .replaceAll('__clabNodeDir__', `${directory}/clab-${lab}/${name}`)
      .replaceAll('__clabDir__', `${directory}/clab-${lab}`)
      .replaceAll('__clabLabName__', `clab-${lab}`);
  };
}

/** 'frrouting/fr:8' is nearer to 'frrouting/frr' than to 'frr': a name with a slash is compared with such names. */
function nearImage(reference: string): string | undefined {
  const repository = repositoryOf(reference);
  const isPath = repository.includes('/');
  return nearName(
    repository,
    imageNames().filter((name) => name.includes('/') === isPath),
  );
}

function texts(map: ReadonlyMap<string, Written>): Readonly<Record<string, string>> {
  return Object.fromEntries([...map].map(([name, { text }]) => [name, text]));
}
