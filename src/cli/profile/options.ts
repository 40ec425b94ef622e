import type { ContainerFilter } from '../behavior/choose.ts'
import type { ObserveOptions } from '../behavior/observe.ts'

/** The options of `haetae profile` as the command line gives them. */
export interface ProfileOptions extends ObserveOptions, ContainerFilter {
  readonly recording?: readonly string[]
  readonly save?: string
  readonly manifest?: string
  readonly output?: string
  readonly base: string
  readonly architecture?: readonly string[]
  readonly user?: string
  readonly logMode?: boolean
  readonly verify?: string
  readonly auditLog?: string
  readonly format: string
  readonly color: boolean
}
