import { applyFixes, type Finding, fixMessages, unifiedDiff } from '../../findings/index.ts'
import { type Fields, parseDocument, podTemplateOf } from '../../kubernetes/index.ts'
import { createRenderer, type Language } from '../../messages/index.ts'
import { evaluatePod, LEVELS, type Level, type PodView } from '../../pod-security/index.ts'
import { type ContainerPlace, type Proposal, patchOf } from '../../runtime/behavior/index.ts'
import { UsageError } from '../exit.ts'
import { readTextFile } from '../input-file.ts'
import { chooseContainer, type WorkloadManifest } from '../workload/read-workload.ts'
import { profileCommandMessages } from './messages.ts'

/** A manifest with the proposal in it. */
export interface PatchedManifest {
  readonly text: string
  /** Unified, for `patch -p1`; empty where nothing is to be changed. */
  readonly diff: string
  /** The strictest Pod Security level that it passes, and what keeps it from the next one. */
  readonly level: Level
  readonly misses?: { readonly level: Level; readonly reasons: readonly string[] }
}

/** Where in the manifest the container stands, by its name. @throws UsageError */
export function placeOf(
  { template }: WorkloadManifest,
  name: string | undefined,
): ContainerPlace & { name: string } {
  const { spec } = template
  const places = (['containers', 'initContainers'] as const).flatMap((field) =>
    (spec[field] ?? []).map((container, index) => ({ name: container.name ?? '', field, index })),
  )
  const regular = places.filter(({ field }) => field === 'containers')
  return name === undefined ? chooseContainer(regular, undefined) : chooseContainer(places, name)
}

/** Mount paths of the container's volumes. */
export function mountPathsOf(
  { template }: WorkloadManifest,
  { field, index }: ContainerPlace,
): readonly string[] {
  const mounts = template.spec[field]?.[index]?.volumeMounts ?? []
  return mounts.flatMap(({ mountPath }) => (typeof mountPath === 'string' ? [mountPath] : []))
}

/** Volumes that are as they are: the kubelet manages the ownership of none of these. */
const UNMANAGED = ['hostPath', 'nfs', 'cephfs', 'glusterfs'] as const

/**
 * Those of them that others than root may write to: emptyDirs, and, with an `fsGroup`, "volumes which support ownership
 * management" (API reference, PodSecurityContext).
 */
export function writableByOthers(
  { template }: WorkloadManifest,
  { field, index }: ContainerPlace,
): readonly string[] {
  const { spec } = template
  const hasGroup = spec.securityContext?.fsGroup !== undefined
  const isOpen = (name: unknown) => {
    const volume = spec.volumes?.find((each) => each.name === name) as Fields | undefined
    if (volume === undefined || UNMANAGED.some((kind) => volume[kind] !== undefined)) return false
    return volume['emptyDir'] !== undefined || hasGroup
  }
  const mounts = spec[field]?.[index]?.volumeMounts ?? []
  return mounts.flatMap(({ name, mountPath }) =>
    typeof mountPath === 'string' && isOpen(name) ? [mountPath.replace(/\/+$/, '')] : [],
  )
}

/**
 * Puts a proposal into a manifest, whose comments and order stay.
 *
 * @throws UsageError where the text cannot be changed in place
 */
export async function patchManifest(
  manifest: WorkloadManifest,
  place: ContainerPlace,
  proposal: Proposal,
  localhostProfile: string,
  language: Language,
): Promise<PatchedManifest> {
  const { file, line, column, object, template } = manifest
  const before = readTextFile(file)
  const patch = patchOf(template, place, proposal, { localhostProfile })
  const finding: Finding = {
    check: 'profile',
    severity: 'low',
    resource: { apiVersion: object.apiVersion, kind: object.kind, name: object.metadata?.name ?? '' },
    location: { file, line, column, path: [] },
    message: { id: 'profile', data: {} },
    remediation: { patch, safe: true },
    references: [],
  }
  const { text, skipped } = await applyFixes(before, [finding])
  const [refused] = skipped
  if (refused !== undefined) {
    const reason = createRenderer([fixMessages], language)(refused.reason)
    throw new UsageError(
      'ERR_NOT_PATCHED',
      profileCommandMessages.make['not-patched']({ reason }),
      profileCommandMessages,
    )
  }
  return { text, diff: await unifiedDiff(file, before, text), ...levelOf(file, text, object.metadata?.name) }
}

/** From the strictest to the one that forbids nothing. */
const STRICTEST_FIRST: readonly Level[] = [...LEVELS].reverse()

function levelOf(
  file: string,
  text: string,
  name: string | undefined,
): Pick<PatchedManifest, 'level' | 'misses'> {
  const template = text
    .split(/^---.*$/m)
    .flatMap((part) => parseDocument(file, { text: part, line: 1, oversized: false }).documents)
    .filter(({ object }) => object.metadata?.name === name)
    .map(({ object }) => podTemplateOf(object))
    .find((each) => each !== undefined)
  if (template === undefined) return { level: 'privileged' }
  let misses: PatchedManifest['misses']
  for (const level of STRICTEST_FIRST) {
    const violations = evaluatePod(level, 'latest', template as PodView)
    if (violations.length === 0) return { level, ...(misses && { misses }) }
    misses = {
      level,
      reasons: violations.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)),
    }
  }
  return { level: 'privileged', ...(misses && { misses }) }
}
