import { isDeepStrictEqual } from 'node:util'
import type { Pod } from '../../src/kubernetes/index.ts'
import { evalPodSecurityPolicy, type PodSecurityPolicy } from '../../src/pod-security/index.ts'
import type { ApiAnswer } from '../setup/api-server.ts'
import { settled } from './before-admission.ts'

/** Haetae's answer to a question that it can evaluate. */
export type PolicyAnswer = Exclude<ReturnType<typeof evalPodSecurityPolicy>, { readonly error: unknown }>

/** What the server and Haetae were asked. */
export interface Question {
  readonly operation: 'CREATE' | 'UPDATE'
  /** As the plugin met it. */
  readonly pod: Pod
  readonly oldPod?: Pod
  /** All policies in force. */
  readonly policies: readonly PodSecurityPolicy[]
  /** Names of those that may be used. */
  readonly authorized: readonly string[]
}

/** @throws Error where Haetae can't evaluate what the server can */
export function ask({ operation, pod, oldPod, policies, authorized }: Question): PolicyAnswer {
  const answer = evalPodSecurityPolicy({ operation, pod, ...(oldPod && { oldPod }), policies, authorized })
  if ('error' in answer) throw new Error(`${answer.error.code}: ${JSON.stringify(answer.error.message)}`)
  return answer
}

/** How a comparison ended; `different` is a disagreement, with both sides. */
export type Outcome =
  | { readonly kind: 'allowed' | 'denied' }
  /** Admission lets the pod pass, the API's own validation then refuses what the policy made of it. */
  | { readonly kind: 'refused-after-admission' }
  | { readonly kind: 'different'; readonly what: string; readonly server: unknown; readonly haetae: unknown }

/**
 * @param server - its answer to the request
 * @param answer - Haetae's
 * @param storedUnderPermissive - what the server makes of a pod where no policy changes it: what it does to Haetae's
 * pod after admission (keeping seccomp annotations and fields in step, validation) is done by itself
 */
export async function compare(
  server: ApiAnswer,
  answer: PolicyAnswer,
  operation: Question['operation'],
  storedUnderPermissive: (pod: Pod) => Promise<ApiAnswer>,
): Promise<Outcome> {
  const denial = /is forbidden: PodSecurityPolicy: (.*)$/s.exec(server.body.message ?? '')?.[1]
  if (denial !== undefined) {
    const messages = answer.errors.map(({ message }) => message)
    if (!answer.allowed && isDenialOf(denial, messages)) return { kind: 'denied' }
    const haetae = answer.allowed ? `allowed by ${answer.policy}` : messages
    return { kind: 'different', what: 'denial', server: denial, haetae }
  }
  if (server.status !== 201 && server.status !== 200 && server.status !== 422)
    return { kind: 'different', what: 'status', server: server.body.message, haetae: answer }
  if (!answer.allowed) {
    const { status, body } = server
    return { kind: 'different', what: 'verdict', server: `${status} ${body.message}`, haetae: answer.errors }
  }
  if (server.status === 422) {
    const again = await storedUnderPermissive(answer.pod)
    if (again.status === 422 && withoutAddresses(again) === withoutAddresses(server))
      return { kind: 'refused-after-admission' }
    return {
      kind: 'different',
      what: 'validation',
      server: server.body.message,
      haetae: again.body.message ?? 'valid',
    }
  }
  // Updates change nothing, and which policy allowed them stands in the audit log only.
  if (operation === 'UPDATE') return { kind: 'allowed' }
  const { annotations, ...pod } = settled(server.body as Pod)
  const policy = annotations['kubernetes.io/psp']
  if (policy !== answer.policy)
    return { kind: 'different', what: 'policy', server: policy, haetae: answer.policy }
  const own = settled(answer.pod)
  if (isDeepStrictEqual({ ...pod, annotations }, own)) return { kind: 'allowed' }
  const again = await storedUnderPermissive(answer.pod)
  const stored = settled(again.body as Pod)
  const named = { ...stored, annotations: { ...stored.annotations, 'kubernetes.io/psp': policy } }
  if (again.status === 201 && isDeepStrictEqual({ ...pod, annotations }, named)) return { kind: 'allowed' }
  return { kind: 'different', what: 'pod', server: { ...pod, annotations }, haetae: named }
}

/**
 * Whether the sentence lists just these messages. The server keeps the errors of several policies in a map, so that
 * they come in any order.
 */
function isDenialOf(denial: string, messages: readonly string[]): boolean {
  const list = /^unable to (?:admit|validate) pod: \[(.*)\]$/s.exec(denial)?.[1]
  if (list === undefined) return false
  if (list === messages.join(' ')) return true
  const byLength = [...messages].sort((a, b) => b.length - a.length)
  let left = list
  for (const message of byLength) {
    if (!left.includes(message)) return false
    left = left.replace(message, () => '')
  }
  return left.trim() === ''
}

/** The server prints pointers as they are in its memory. */
function withoutAddresses({ body }: ApiAnswer): string | undefined {
  return body.message?.replace(/\(0x[0-9a-f]+\)/g, '(…)')
}
