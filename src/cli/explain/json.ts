import { type FieldPath, formatFieldPath } from '../../kubernetes/index.ts'
import type { Render } from '../../messages/index.ts'
import type { EffectivePod, Note, Setting, Source } from '../../pod-security/index.ts'
import type { ExplainedPod } from './explained-pod.ts'

/**
 * Explained pods as one JSON document, `{"pods": […]}`. Every setting keeps its shape
 * `{value, source: {from, path?, line?, column?}, notes: [{kind, id, text}]}`; paths are written as Kubernetes
 * writes them (`spec.containers[0].image`), notes in the language of `render`.
 */
export function explainedJson(pods: readonly ExplainedPod[], render: Render): string {
  return `${JSON.stringify({ pods: pods.map((explained) => podJson(explained, render)) }, null, 2)}\n`
}

function podJson({ resource, file, line, locate, pod }: ExplainedPod, render: Render): unknown {
  return { file, line, resource, ...podFields(pod) }

  function podFields({ containers, withoutEffect, ...settings }: EffectivePod): object {
    return {
      ...(plain(settings) as object),
      containers: containers.map(({ path, ...container }) => ({
        path: formatFieldPath(path),
        ...(plain(container) as object),
      })),
      withoutEffect: withoutEffect.map(({ path, message }) => ({
        ...placeOf(path),
        id: message.id,
        text: render(message),
      })),
    }
  }

  function plain(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(plain)
    if (typeof value !== 'object' || value === null) return value
    if (isSetting(value))
      return { value: value.value, source: sourceJson(value.source), notes: value.notes.map(noteJson) }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
  }

  function sourceJson(source: Source): object {
    return 'path' in source ? { from: source.from, ...placeOf(source.path) } : source
  }

  function placeOf(path: FieldPath): object {
    const { line, column } = locate(path)
    return { path: formatFieldPath(path), line, column }
  }

  function noteJson({ kind, message }: Note): object {
    return { kind, id: message.id, text: render(message) }
  }
}

function isSetting(value: object): value is Setting<unknown> {
  return 'value' in value && 'source' in value && 'notes' in value
}
