/** Ways in which a container differs from what its image makes of it. */
export const CHANGES = [
  'executed-new-file',
  'executed-from-memory',
  'executed-from-temporary-folder',
  'runs-deleted-file',
  'wrote-below-system-folder',
  'package-manager',
  'shell-entered',
  'shell-of-server',
  'other-entrypoint',
] as const
export type Change = (typeof CHANGES)[number]

/** One thing that was seen, and how often. */
export interface Evidence {
  readonly change: Change
  /** Milliseconds since 1970; NaN where the source of the events does not tell. */
  readonly first: number
  readonly count: number
  /** The program that did it, and its command line, cut. */
  readonly process: string
  readonly commandLine: string
  /** The parent's name. */
  readonly parent: string
  /** The file that was executed or written; empty where there is none. */
  readonly path: string
  /**
   * Whether a probe or hook of the pod, or a health check of the container, comes in just so: a shell from outside, without a
   * terminal. False where the pod's manifest is known, and the command line none of its own.
   */
  readonly mayBeProbe: boolean
  /** Whether no event showed it: the program ran already when the recording began. */
  readonly wasRunning: boolean
}

export interface ContainerStatement {
  readonly id: string
  readonly name: string
  readonly image: string
  readonly pod: string
  readonly namespace: string
  /** Whether its first program was seen to start; without it, nothing is known of the time before. */
  readonly isSeenFromStart: boolean
  readonly begin: number
  readonly end: number
  readonly events: number
  readonly verdict: 'unchanged' | 'changed'
  readonly evidence: readonly Evidence[]
  /** Evidence that was left out since there was too much of it. */
  readonly omitted: number
}
