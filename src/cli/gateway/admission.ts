import { setTimeout as sleep } from 'node:timers/promises'
import {
  type AdmissionStage,
  createAdmissionChain,
  createAdmissionStages,
  createRoleWriteGuard,
  isGuardedByRoles,
  PLUGIN_ORDER,
  type PluginName,
  typesNeededBy,
  withManifests,
} from '../../api-access/admission/index.ts'
import { createRbacAuthorizer, RBAC_TYPES } from '../../api-access/authorization/index.ts'
import {
  type AdmissionGate,
  createAdmissionGate,
  type GateMetrics,
  type Upstream,
} from '../../api-access/gateway/index.ts'
import type { ClusterClient, ObjectView, WatchedObjects, WatchedType } from '../../kubernetes/index.ts'
import { errorText, type Language } from '../../messages/index.ts'
import { clusterQuestions } from '../admission/cluster-questions.ts'
import { foldersOf, openManifestFolders } from '../admission/manifest-folders.ts'
import { admissionMessages } from '../admission/messages.ts'
import { paramKinds } from '../admission/param-kinds.ts'
import { readStageConfiguration } from '../admission/stage-configuration.ts'
import type { OpenAuthorizers } from '../authorization/choose-authorizers.ts'
import { choiceOf, needs } from '../options.ts'
import type { Teller } from '../teller.ts'
import { gatewayMessages } from './messages.ts'
import type { GatewayOptions } from './options.ts'

/** Stages that run in the gate, before they are open. */
export interface ChosenStages {
  /** What they must see of the cluster. */
  readonly types: readonly WatchedType[]
  open(surroundings: StageSurroundings): OpenStages
}

/** What stages in the gate are opened with. */
export interface StageSurroundings {
  readonly client: ClusterClient
  readonly objects: WatchedObjects
  readonly upstream: Upstream
  /** Of the gate's own; undefined where the cluster behind decides alone. */
  readonly authorizers: OpenAuthorizers | undefined
  /** Of a question to the API server, in milliseconds. */
  readonly timeout: number
  readonly metrics: GateMetrics
}

export interface OpenStages {
  /** undefined where there is nothing to admit. */
  readonly gate: AdmissionGate | undefined
  close(): void
}

/** Stages that look at fields which the API server fills in. */
const NEED_DEFAULTS = new Set<string>(['ValidatingAdmissionPolicy', 'MutatingAdmissionPolicy'])

/**
 * The stages that the options name; and where the gate authorizes by itself, Kubernetes' guard on writes of roles.
 *
 * @param isAuthorizing - whether the gate has authorizers of its own
 * @throws UsageError
 */
export async function chooseStages(
  { enableAdmissionPlugins = [], admissionConfig }: GatewayOptions,
  isAuthorizing: boolean,
  language: Language,
  teller: Teller,
): Promise<ChosenStages> {
  if (admissionConfig !== undefined && enableAdmissionPlugins.length === 0)
    throw needs('--admission-config', '--enable-admission-plugins')
  const chosen = enableAdmissionPlugins.map((name) =>
    choiceOf('--enable-admission-plugins', name, PLUGIN_ORDER),
  )
  // They run in Kubernetes' order, however they were named.
  const names: readonly PluginName[] = PLUGIN_ORDER.filter((name) => chosen.includes(name))
  if (names.length === 0 && !isAuthorizing)
    return { types: [], open: () => ({ gate: undefined, close() {} }) }
  const configuration =
    admissionConfig === undefined ? undefined : readStageConfiguration(admissionConfig, language)
  const folders = configuration === undefined ? new Map() : foldersOf(configuration, names)
  const manifests = await openManifestFolders(folders, {
    language,
    onProblem: teller.problem,
    onChange: (folder, count) => teller.note(admissionMessages.make['manifests-changed']({ folder, count })),
  })
  return {
    types: [...typesNeededBy(names, configuration), ...(isAuthorizing ? RBAC_TYPES : [])],
    open({ client, objects, upstream, authorizers, timeout, metrics }) {
      const guard = authorizers === undefined ? undefined : guardOf(authorizers, objects)
      const stages = [
        ...(guard?.stages ?? []),
        ...createAdmissionStages(names, configuration, { metrics: metrics.admission }),
      ]
      const chain = createAdmissionChain(stages, {
        ...metrics.admission,
        stage: (stage, phase, request) => {
          const counted = metrics.admission.stage(stage, phase, request)
          return (ending) => {
            counted(ending)
            if (ending.error === undefined) return
            const problem = errorText(ending.error)
            teller.problem(gatewayMessages.make['stage-failed']({ stage, problem }))
          }
        },
      })
      const questions = clusterQuestions(client)
      const view = withManifests(objects, manifests.current)
      const gate = createAdmissionGate({
        chain,
        surroundings: {
          objects: view,
          paramType: paramKinds(client, objects, view),
          now: Date.now,
          ...questions,
          // What a request may do besides, the same authorizers say that it has passed itself.
          ...(authorizers !== undefined && {
            authorize: async (attributes) => authorizers.authorizer.authorize(attributes),
          }),
        },
        upstream,
        needsDefaults: names.some((name) => NEED_DEFAULTS.has(name)),
        ...(names.length === 0 && { isConcerned: isGuardedByRoles }),
        timeout,
      })
      return {
        gate,
        close() {
          manifests.close()
          guard?.close()
        },
      }
    },
  }
}

/** "it applies even when the RBAC authorizer is not in use": then the roles are read for the guard alone. */
function guardOf(
  { roles }: OpenAuthorizers,
  objects: ObjectView,
): { readonly stages: readonly AdmissionStage[]; close(): void } {
  if (roles !== undefined) return { stages: [createRoleWriteGuard({ index: roles, sleep })], close() {} }
  const rbac = createRbacAuthorizer(objects)
  return { stages: [createRoleWriteGuard({ index: rbac.index, sleep })], close: () => rbac.close() }
}
