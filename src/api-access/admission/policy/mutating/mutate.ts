import type { Ask } from '../../../../cel/index.ts'
import type { KubernetesObject } from '../../../../kubernetes/index.ts'
import { isSame } from '../../chain/json-patch.ts'
import { forbidden } from '../../refusals.ts'
import type { AdmissionRequest, Refusal, StageOutcome } from '../../stage.ts'
import { meetsConditions } from '../conditions.ts'
import { type Hook, type Invocation, invocationsFor, type PolicySurroundings } from '../hooks.ts'
import { hooksFor } from '../match/exempt.ts'
import { errorTypeOf, type PolicyErrorType, policyNotes } from '../notes.ts'
import { policyBindings } from '../policy-bindings.ts'
import { OutOfBudget, POLICY_BUDGET, Round } from '../round.ts'
import type { MutatingPolicy, Mutation } from './mutating-policy.ts'
import { applyConfiguration, applyJsonPatch, type Patched } from './patches.ts'
import type { Reinvocation } from './reinvocation.ts'

interface PolicyError {
  readonly message: string
  readonly reason: string
}

/**
 * What the MutatingAdmissionPolicies of a cluster make of an object (k8s.io/apiserver,
 * "policy/mutating/dispatcher.go"): each sees what the one before it left.
 *
 * @param ask - answers `authorizer` in expressions; what it throws ends the evaluation
 */
export function mutateByPolicies(
  hooks: readonly Hook<MutatingPolicy>[],
  request: AdmissionRequest,
  surroundings: PolicySurroundings,
  ask: Ask,
  reinvocation: Reinvocation,
  notes = policyNotes(),
): StageOutcome {
  if (request.operation === 'DELETE') return {}
  const errors: PolicyError[] = []
  const { object: original } = request
  let current = original
  reinvocation.begin(original)
  for (const invocation of [...invocationsFor(hooksFor(hooks, request), request, surroundings)]) {
    const { hook, binding } = invocation
    const fail = (message: string, reason: string): void => {
      if (hook.spec.failurePolicy !== 'Ignore')
        errors.push({
          message: `policy '${hook.name}' with binding '${binding.name}' denied request: ${message}`,
          reason,
        })
    }
    if ('error' in invocation) {
      fail(invocation.error, 'Forbidden')
      continue
    }
    const before = current
    current = invoke({ ...request, ...(current !== undefined && { object: current }) }, invocation, fail)
    reinvocation.invoked(keyOf(invocation), !isSame(before, current), hook.policy.isReinvoked)
  }
  reinvocation.end(current)
  const [first] = errors
  if (first !== undefined) return { refusal: refusalOf(first, errors, request) }
  return current === undefined || current === original ? {} : { object: current }

  function invoke(
    changed: AdmissionRequest,
    invocation: Invocation<MutatingPolicy>,
    fail: (message: string, reason: string) => void,
  ): KubernetesObject | undefined {
    const { policy, name } = invocation.hook
    const variables = (object: KubernetesObject | undefined) => ({
      ...policyBindings({ ...changed, ...(object !== undefined && { object }) }, surroundings.namespace, ask),
      params: invocation.param,
    })
    const meets = meetsConditions(policy, variables(changed.object), name, changed.operation, notes)
    if (meets !== true) {
      if (meets !== false) fail(meets.error, 'Invalid')
      return changed.object
    }
    if (!reinvocation.isDue(keyOf(invocation))) return changed.object
    let { object } = changed
    for (const mutation of policy.mutations) {
      if (object === undefined) return undefined
      const begin = notes.now()
      const patched = mutate(
        object,
        mutation,
        new Round(policy.composition, variables(object), POLICY_BUDGET),
      )
      notes.checks.push({
        policy: name,
        binding: invocation.binding.name,
        error: 'problem' in mutation.expression ? 'compile_error' : errorOf(patched),
        seconds: (notes.now() - begin) / 1000,
      })
      if ('error' in patched) fail(patched.error, 'Invalid')
      else object = patched.object
    }
    return object
  }
}

function mutate(object: KubernetesObject, { kind, expression }: Mutation, round: Round): Patched {
  if ('problem' in expression) return { error: expression.problem.message }
  try {
    const result = round.evaluate(expression)
    if ('error' in result) return result
    return kind === 'json-patch'
      ? applyJsonPatch(object, result.value)
      : applyConfiguration(object, result.value)
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    return { error: error.message }
  }
}

function errorOf(patched: Patched): PolicyErrorType {
  return 'error' in patched ? errorTypeOf(patched.error) : 'no_error'
}

function keyOf({ hook, binding, param }: Invocation<MutatingPolicy>): string {
  const { namespace = '', name = '' } = param?.metadata ?? {}
  return JSON.stringify([hook.name, binding.name, namespace, name])
}

function refusalOf(
  { message, reason }: PolicyError,
  errors: readonly PolicyError[],
  request: AdmissionRequest,
): Refusal {
  const refusal = forbidden(request, 'admission request denied by policy')
  const causes = errors.map((error) => ({ message: error.message }))
  return { ...refusal, message, reason, details: { ...refusal.details, causes } }
}
