import type { Extract, MakeExtractor } from './extractor.ts'
import { child, type Json, textOf, valueAt } from './json.ts'

/** The subjects of a (cluster) role binding, by kind. Lists that are always there, empty in every other event. */
export const BINDING_EXTRACTORS: Readonly<Record<string, MakeExtractor>> = {
  'ka.req.binding.subjects.user_names': subjectsOf('User', nameOf),
  'ka.req.binding.subjects.group_names': subjectsOf('Group', nameOf),
  'ka.req.binding.subjects.serviceaccount_names': subjectsOf('ServiceAccount', nameOf),
  'ka.req.binding.subjects.serviceaccount_ns_names': subjectsOf(
    'ServiceAccount',
    (subject) => `${textAt(subject, 'namespace')}:${nameOf(subject)}`,
  ),
}

function subjectsOf(kind: string, describe: (subject: Json) => string): MakeExtractor {
  const extract: Extract = (event) => {
    const subjects = valueAt(event, ['requestObject', 'subjects'])
    if (!Array.isArray(subjects)) return NONE
    return subjects.filter((subject) => child(subject, 'kind') === kind).map(describe)
  }
  return () => extract
}

const NONE: readonly string[] = []

function nameOf(subject: Json): string {
  return textAt(subject, 'name')
}

function textAt(subject: Json, key: string): string {
  const value = child(subject, key)
  return value === undefined ? '' : textOf(value)
}
