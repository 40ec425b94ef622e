import type pc from 'picocolors'
import { visible } from '../../findings/index.ts'
import { formatFieldPath } from '../../kubernetes/index.ts'
import type { Render } from '../../messages/index.ts'
import type { PodVerdict, PolicyProvider, PolicyViolation } from '../../pod-security/index.ts'
import type { PodInput } from './input.ts'
import { pspMessages } from './messages.ts'

/** A pod, or a workload, with what the policies make of it. */
export interface CheckedPod extends PodInput {
  readonly verdict: PodVerdict
}

/** What a text needs besides its content. */
export interface TextSettings {
  readonly render: Render
  readonly colors: ReturnType<typeof pc.createColors>
}

const { make } = pspMessages

/** One JSON document: `{policies, pods: [{resource, file, line, allowed, policy, verdicts}], summary}`. */
export function checkJson(pods: readonly CheckedPod[], providers: readonly PolicyProvider[]): string {
  const report = {
    policies: providers.map(({ name }) => name),
    pods: pods.map((pod) => ({
      resource: resourceOf(pod),
      file: pod.document.file,
      ...pod.document.locate([]),
      allowed: pod.verdict.allowed,
      policy: pod.verdict.policy ?? null,
      verdicts: pod.verdict.policies.map(({ policy, allowed, changes, violations }) => ({
        policy,
        allowed,
        changes: changes.map(({ path, value }) => ({ path: formatFieldPath(path), value })),
        violations: violations.map((violation) => violationJson(pod, violation)),
      })),
    })),
    summary: { pods: pods.length, denied: pods.filter(({ verdict }) => !verdict.allowed).length },
  }
  return `${JSON.stringify(report, null, 2)}\n`
}

/** For each pod who allows it and what is set, or what each policy has against it and where. */
export function checkText(pods: readonly CheckedPod[], policies: number, settings: TextSettings): string {
  const { render, colors } = settings
  const denied = pods.filter(({ verdict }) => !verdict.allowed).length
  const summary = render(make.checkSummary({ pods: pods.length, denied, policies }))
  return `${[...pods.map((pod) => podText(pod, settings)), colors.bold(summary)].join('\n\n')}\n`
}

function podText(pod: CheckedPod, { render, colors }: TextSettings): string {
  const { kind, namespace, name } = resourceOf(pod)
  const { line } = pod.document.locate([])
  const title = visible(`${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`)
  const lines = [`${colors.bold(title)}  ${colors.dim(visible(`${pod.document.file}:${line}`))}`]
  const chosen = pod.verdict.policies.find(({ policy }) => policy === pod.verdict.policy)
  if (chosen !== undefined) {
    const say = chosen.changes.length === 0 ? make.allowed : make.allowedChanged
    lines.push(`  ${colors.green('✓')} ${render(say({ policy: chosen.policy }))}`)
    for (const { path, value } of chosen.changes)
      lines.push(visible(`      ${formatFieldPath(path)} = ${JSON.stringify(value)}`))
    return lines.join('\n')
  }
  lines.push(
    `  ${colors.red('✗')} ${render(pod.verdict.policies.length === 0 ? make.noneUsable({}) : make.denied({}))}`,
  )
  for (const { policy, violations } of pod.verdict.policies) {
    lines.push(`    ${colors.bold(visible(policy))}`)
    for (const { error, path } of violations) {
      const place = pod.document.locate(path)
      lines.push(
        `      ${visible(error.message)}  ${colors.dim(visible(`${pod.document.file}:${place.line}:${place.column}`))}`,
      )
    }
  }
  return lines.join('\n')
}

function violationJson(pod: CheckedPod, { error, path }: PolicyViolation) {
  const { field, type, message } = error
  return { field, type, message, path: formatFieldPath(path), ...pod.document.locate(path) }
}

function resourceOf({ document }: CheckedPod) {
  const { apiVersion, kind, metadata } = document.object
  const namespace = metadata?.namespace ?? undefined
  return {
    apiVersion,
    kind,
    ...(namespace !== undefined && { namespace }),
    name: metadata?.name ?? metadata?.generateName ?? '',
  }
}
