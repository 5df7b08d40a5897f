/**
 * What `chaos lab exec|shell|list|down` say to a lab that is up, over the Unix socket `control.sock` in its
 * directory: one JSON object a line, both ways. One request a connection; `input` and `end-of-input` may follow.
 */
export type LabRequest =
  | { readonly type: 'list' }
  | {
      readonly type: 'exec';
      readonly node: string;
      readonly argv: readonly string[];
      /** give it a terminal of its own (a shell) */
      readonly terminal: boolean;
    }
  | { readonly type: 'input'; readonly base64: string }
  | { readonly type: 'end-of-input' }
  | { readonly type: 'down' };

export type LabReply =
  | { readonly type: 'nodes'; readonly nodes: readonly LabNodeState[] }
  | { readonly type: 'output'; readonly stream: 'stdout' | 'stderr'; readonly base64: string }
  | { readonly type: 'exit'; readonly code: number | null; readonly signal: string | null }
  | { readonly type: 'error'; readonly message: string };

export interface LabNodeState {
  readonly name: string;
  readonly image: string;
  readonly level: string;
  /** `interface address` */
  readonly addresses: readonly string[];
}
