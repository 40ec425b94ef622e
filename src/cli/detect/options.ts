/** The options of `haetae detect`, as commander gives them. */
export interface DetectOptions {
  readonly rules?: readonly string[]
  /** Without, the events tell. */
  readonly source?: string
  readonly events?: readonly string[]
  readonly live?: boolean
  readonly sensor?: string
  readonly containerRuntime?: string
  readonly kubeconfig?: string
  readonly context?: string
  readonly container?: string
  readonly pod?: string
  readonly rotated?: boolean
  readonly follow?: boolean
  readonly listen?: string
  readonly path: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly clientCa?: string
  readonly tokenFile?: string
  readonly spill?: string
  readonly format: string
  readonly match: string
  readonly minPriority?: string
  readonly disable?: readonly string[]
  readonly enableTag?: readonly string[]
  readonly disableTag?: readonly string[]
  readonly output?: readonly string[]
  readonly outputHeader?: readonly string[]
  readonly outputCa?: string
  readonly failOn: string
  readonly metrics?: string
  readonly stats?: boolean
  readonly quiet?: boolean
  readonly color: boolean
}
