import { withDecisions } from '../../../cel/index.ts'
import type { KubernetesObject, ObjectView, ResourceType } from '../../../kubernetes/index.ts'
import type { Decision } from '../../request/index.ts'
import type { AdmissionRequest, AdmissionStage, AdmissionSurroundings } from '../stage.ts'
import { namespaceOf } from '../stages/namespace-of.ts'
import type { Hook, PolicySurroundings } from './hooks.ts'
import { mutateByPolicies } from './mutating/mutate.ts'
import { compileMutatingPolicies } from './mutating/mutating-policy.ts'
import { Reinvocation } from './mutating/reinvocation.ts'
import { type PolicyNotes, policyNotes } from './notes.ts'
import { paramKey } from './params.ts'
import { attributesOf } from './policy-bindings.ts'
import { validateByPolicies } from './validating/validate.ts'
import { compileValidatingPolicies } from './validating/validating-policy.ts'

type ReasonText = (decision: Decision) => string

/** Told what an evaluation of policies has noted. */
export type OnPolicies = (notes: PolicyNotes) => void

/**
 * The plugin ValidatingAdmissionPolicy: the policies and bindings of the cluster itself.
 *
 * @param reasonText - renders an authorizer's reason, for `authorizer…check(…).reason()`
 */
export function createValidatingAdmissionPolicy(
  reasonText: ReasonText,
  onPolicies?: OnPolicies,
): AdmissionStage {
  const hooks = compiledOnce(
    'validatingadmissionpolicies',
    'validatingadmissionpolicybindings',
    compileValidatingPolicies,
  )
  return {
    name: 'ValidatingAdmissionPolicy',
    async validate(request, surroundings) {
      const current = hooks(surroundings.objects)
      if (current.length === 0) return {}
      const policySurroundings = await surroundingsOf(current, request, surroundings)
      const [outcome, notes] = await withDecisions(authorizing(surroundings, reasonText), (ask) => {
        const attempt = notesFor(onPolicies)
        return [validateByPolicies(current, request, policySurroundings, ask, attempt), attempt] as const
      })
      onPolicies?.(notes)
      return outcome
    },
  }
}

/** The plugin MutatingAdmissionPolicy. */
export function createMutatingAdmissionPolicy(
  reasonText: ReasonText,
  onPolicies?: OnPolicies,
): AdmissionStage {
  const name = 'MutatingAdmissionPolicy'
  const hooks = compiledOnce(
    'mutatingadmissionpolicies',
    'mutatingadmissionpolicybindings',
    compileMutatingPolicies,
  )
  return {
    name,
    async mutate(request, surroundings, pass) {
      const current = hooks(surroundings.objects)
      if (current.length === 0) return {}
      const policySurroundings = await surroundingsOf(current, request, surroundings)
      const before = pass.memory.get(name)
      const state = before instanceof Reinvocation ? before : new Reinvocation()
      // An evaluation that waits for a decision begins anew: what it noted must not count twice.
      const [outcome, after, notes] = await withDecisions(authorizing(surroundings, reasonText), (ask) => {
        const attempt = state.copy()
        const noted = notesFor(onPolicies)
        const result = mutateByPolicies(current, request, policySurroundings, ask, attempt, noted)
        return [result, attempt, noted] as const
      })
      pass.memory.set(name, after)
      onPolicies?.(notes)
      if (outcome.object !== undefined) pass.requestReinvocation()
      return outcome
    },
  }
}

function notesFor(onPolicies: OnPolicies | undefined): PolicyNotes {
  return onPolicies === undefined ? policyNotes() : policyNotes(() => performance.now())
}

/** Policies are compiled when they have changed, not with every request. */
function compiledOnce<Policy>(
  policies: string,
  bindings: string,
  compile: (policies: Iterable<KubernetesObject>, bindings: readonly KubernetesObject[]) => Hook<Policy>[],
): (objects: ObjectView) => readonly Hook<Policy>[] {
  let known: readonly KubernetesObject[] = []
  let hooks: readonly Hook<Policy>[] = []
  return (objects) => {
    const listed = [policies, bindings].map((resource) => [
      ...objects.list({ group: 'admissionregistration.k8s.io', resource }),
    ])
    const all = listed.flat()
    if (all.length !== known.length || all.some((object, index) => object !== known[index])) {
      known = all
      hooks = compile(listed[0] ?? [], listed[1] ?? [])
    }
    return hooks
  }
}

async function surroundingsOf(
  hooks: readonly Hook<unknown>[],
  request: AdmissionRequest,
  surroundings: AdmissionSurroundings,
): Promise<PolicySurroundings> {
  const isNamespace = request.resource.group === '' && request.resource.resource === 'namespaces'
  const { objects } = surroundings
  const paramTypes = await paramTypesOf(hooks, surroundings)
  const found = { objects, ...(paramTypes !== undefined && { paramTypes }) }
  if (request.namespace === '') return { ...found, namespace: undefined }
  // A namespace's own request is about the namespace itself, which may not be there yet.
  if (isNamespace)
    return { ...found, namespace: objects.get({ group: '', resource: 'namespaces' }, '', request.namespace) }
  return { ...found, namespace: await namespaceOf(request.namespace, surroundings) }
}

/** A kind that cannot be asked for now is as one that is not there: the policy fails as it says. */
async function paramTypesOf(
  hooks: readonly Hook<unknown>[],
  { paramType }: AdmissionSurroundings,
): Promise<ReadonlyMap<string, ResourceType> | undefined> {
  if (paramType === undefined) return undefined
  const types = new Map<string, ResourceType>()
  for (const { spec } of hooks) {
    if (spec.paramKind === undefined || types.has(paramKey(spec.paramKind))) continue
    const type = await paramType(spec.paramKind).catch(() => undefined)
    if (type !== undefined) types.set(paramKey(spec.paramKind), type)
  }
  return types
}

function authorizing({ authorize }: AdmissionSurroundings, reasonText: ReasonText) {
  return async (question: Parameters<typeof attributesOf>[0]) => {
    const decision = await authorize(attributesOf(question))
    return { allowed: decision.verdict === 'allow', reason: reasonText(decision) }
  }
}
