import {
  createAdmissionChain,
  createAdmissionStages,
  PLUGIN_ORDER,
  type PluginName,
  typesNeededBy,
} from '../../api-access/admission/index.ts'
import { type AdmissionGate, createAdmissionGate, type Upstream } from '../../api-access/gateway/index.ts'
import type { ClusterClient, ObjectView, WatchedType } from '../../kubernetes/index.ts'
import type { Language } from '../../messages/index.ts'
import { clusterQuestions } from '../admission/cluster-questions.ts'
import { readStageConfiguration } from '../admission/stage-configuration.ts'
import { UsageError } from '../exit.ts'
import { choiceOf } from '../options.ts'
import { gatewayMessages } from './messages.ts'
import { type GatewayOptions, needs } from './options.ts'
import type { Teller } from './teller.ts'

/** Stages that run in the gate, before they are open. */
export interface ChosenStages {
  /** What they must see of the cluster. */
  readonly types: readonly WatchedType[]
  /** @returns undefined where none was chosen */
  open(
    client: ClusterClient,
    objects: ObjectView,
    upstream: Upstream,
    timeout: number,
  ): AdmissionGate | undefined
}

/** Stages that look at fields which the API server fills in. */
const NEED_DEFAULTS = new Set<string>(['ValidatingAdmissionPolicy', 'MutatingAdmissionPolicy'])

/** @throws UsageError */
export function chooseStages(
  { enableAdmissionPlugins = [], admissionConfig }: GatewayOptions,
  language: Language,
  teller: Teller,
): ChosenStages {
  if (admissionConfig !== undefined && enableAdmissionPlugins.length === 0)
    throw needs('--admission-config', '--enable-admission-plugins')
  const chosen = enableAdmissionPlugins.map((name) =>
    choiceOf('--enable-admission-plugins', name, PLUGIN_ORDER),
  )
  // They run in Kubernetes' order, however they were named.
  const names: readonly PluginName[] = PLUGIN_ORDER.filter((name) => chosen.includes(name))
  if (names.length === 0) return { types: [], open: () => undefined }
  const made = createAdmissionStages(names, {}).map(({ name }) => name)
  const missing = names.filter((name) => !made.includes(name))
  // A stage that was asked for and does not run would let everything through.
  if (missing.length > 0)
    throw new UsageError(
      'ERR_OPTION_VALUE',
      gatewayMessages.make['no-stage']({ names: missing }),
      gatewayMessages,
    )
  const configuration = admissionConfig === undefined ? {} : readStageConfiguration(admissionConfig, language)
  return {
    types: typesNeededBy(names, configuration),
    open(client, objects, upstream, timeout) {
      const chain = createAdmissionChain(createAdmissionStages(names, configuration), {
        stage: (stage) => (ending) => {
          if (ending.error === undefined) return
          const problem = ending.error instanceof Error ? ending.error.message : String(ending.error)
          teller.problem(gatewayMessages.make['stage-failed']({ stage, problem }))
        },
      })
      return createAdmissionGate({
        chain,
        surroundings: { objects, now: Date.now, ...clusterQuestions(client) },
        upstream,
        needsDefaults: names.some((name) => NEED_DEFAULTS.has(name)),
        timeout,
      })
    },
  }
}
