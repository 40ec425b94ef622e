import { FAIL_ON, type FailOn } from '../../findings/index.ts'
import { createRenderer, type Language, type MessageSet } from '../../messages/index.ts'
import { effectiveSecurityContext } from '../../pod-security/index.ts'
import {
  type DriftRow,
  driftOf,
  type Exposure,
  exposuresOf,
  type NodeFacts,
  PROCESS_MESSAGES,
  type ProcessFacts,
  readProcess,
  readStatus,
} from '../../runtime/behavior/index.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'
import { choiceOf } from '../options.ts'
import { terminalOf } from '../terminal.ts'
import { workloadMessages } from '../workload/messages.ts'
import { podOfCluster } from '../workload/pod-of-cluster.ts'
import { chooseContainer, readWorkload, type WorkloadManifest } from '../workload/read-workload.ts'
import { containerName, podName } from '../workload/running-containers.ts'
import { processesJson } from './json.ts'
import { procMessages } from './messages.ts'
import { processText } from './report.ts'
import { findTargets, type Target } from './targets.ts'

const PROC = '/proc'

const MESSAGES: readonly MessageSet[] = [procMessages, workloadMessages, cliMessages, ...PROCESS_MESSAGES]

/** The options as the command line gives them. */
export interface ProcOptions {
  readonly container?: string
  readonly pod?: string
  readonly name?: string
  readonly all?: boolean
  readonly manifest?: string
  readonly cluster?: boolean
  readonly kubeconfig?: string
  readonly context?: string
  readonly containerRuntime?: string
  readonly showSecrets?: boolean
  readonly format: string
  readonly failOn: string
  readonly color: boolean
}

/** A process, and what is to be said of it. */
export interface SeenProcess {
  readonly facts: ProcessFacts
  /** `NAMESPACE/NAME` and the container's name, where they are known. */
  readonly pod?: string
  readonly container?: string
  readonly image?: string
  readonly exposures: readonly Exposure[]
  /** Where there is a manifest to hold against it. */
  readonly drift?: readonly DriftRow[]
}

/**
 * `haetae proc`: what /proc gives away of a process, or of a container's, on standard output.
 *
 * @returns 1 for exposures at or over `--fail-on`, 3 where a process was gone, or could not be read whole
 * @throws UsageError
 */
export async function proc(
  pid: string | undefined,
  options: ProcOptions,
  language: Language,
): Promise<ExitStatus> {
  const format = choiceOf('--format', options.format, ['text', 'json'])
  const failOn = choiceOf('--fail-on', options.failOn, FAIL_ON)
  if (options.manifest !== undefined && options.cluster === true)
    throw new UsageError('ERR_OPTION_VALUE', procMessages.make['one-manifest']({}), procMessages)
  const render = createRenderer(MESSAGES, language)
  const given = options.manifest === undefined ? undefined : await readWorkload(options.manifest, language)
  const seen: SeenProcess[] = []
  let status: ExitStatus = EXIT.done
  for (const target of await findTargets(pid, options, PROC)) {
    const facts = await readProcess(target.pid, { proc: PROC, looksIntoEtcd: true })
    if (facts === undefined) {
      process.stderr.write(`${render(procMessages.make.gone({ pid: target.pid }))}\n`)
      status = EXIT.incomplete
    } else seen.push(await see(facts, target, given, options))
  }
  if (seen.some(({ facts }) => facts.incomplete.length > 0)) status = EXIT.incomplete

  if (format === 'json') process.stdout.write(processesJson(seen, render, options.showSecrets === true))
  else {
    const { colour } = terminalOf(process.stdout, process.env, options.color)
    const texts = seen.map((one) =>
      processText(one, { render, language, colour, showsSecrets: options.showSecrets === true }),
    )
    process.stdout.write(texts.join('\n'))
  }
  return status === EXIT.done && seen.some((one) => fails(one, failOn)) ? EXIT.findings : status
}

async function see(
  facts: ProcessFacts,
  { known, isMain }: Target,
  given: WorkloadManifest | undefined,
  options: ProcOptions,
): Promise<SeenProcess> {
  const pod = podName(known)
  const container = containerName(known)
  const manifest =
    given ?? (options.cluster === true && pod !== undefined ? await podOfCluster(pod, options) : undefined)
  const name = container ?? options.name
  return {
    facts,
    ...(pod !== undefined && { pod }),
    ...(container !== undefined && { container }),
    ...(known !== undefined && known.image !== '' && { image: known.image }),
    exposures: exposuresOf(facts),
    ...(manifest !== undefined && isMain && { drift: await driftFrom(manifest, name, facts) }),
  }
}

async function driftFrom(
  { template }: WorkloadManifest,
  name: string | undefined,
  facts: ProcessFacts,
): Promise<readonly DriftRow[]> {
  const pod = effectiveSecurityContext(template)
  return driftOf(pod, chooseContainer(pod.containers, name), facts, await readNode())
}

async function readNode(): Promise<NodeFacts> {
  const first = await readStatus(1, PROC)
  return { allCapabilities: first?.capabilities.bounding ?? [] }
}

const RANK: Readonly<Record<FailOn, number>> = { critical: 0, high: 1, medium: 2, low: 3, none: -1 }

function fails({ exposures, drift = [] }: SeenProcess, failOn: FailOn): boolean {
  const most = RANK[failOn]
  return (
    exposures.some(({ severity }) => RANK[severity] <= most) ||
    (most >= RANK.high && drift.some(({ verdict }) => verdict === 'drift'))
  )
}
