import { goQuote } from '../../../kubernetes/index.ts'
import { defineMessages, type Message } from '../../../messages/index.ts'
import type { Binding, Subject } from './objects.ts'

interface Allowed {
  /** The binding without its subjects, of which only the one that applies is told. */
  readonly binding: Pick<Binding, 'kind' | 'namespace' | 'name' | 'roleRef'>
  readonly subject: Subject
}

/** Kubernetes' own words, which clients and audit logs are searched for, in both languages. */
export const rbacMessages = defineMessages('rbac', {
  allowed: { en: allowedText, ko: allowedText },
  'no-rule': { en: () => '', ko: () => '' },
  unresolved: { en: unresolvedText, ko: unresolvedText },
  'not-read-yet': {
    en: () => 'RBAC: roles and bindings have not been read completely yet',
    ko: () => 'RBAC: 롤과 바인딩을 아직 모두 읽지 못했습니다',
  },
})

function allowedText({ binding, subject }: Allowed): string {
  const { kind, namespace, name, roleRef } = binding
  const place = kind === 'RoleBinding' ? `${name}/${namespace}` : name
  const role = `${roleRef.kind} ${goQuote(roleRef.name)}`
  return `RBAC: allowed by ${kind} ${goQuote(place)} of ${role} to ${subjectText(subject, namespace)}`
}

function subjectText({ kind, name, namespace }: Subject, bindingNamespace: string): string {
  if (kind !== 'ServiceAccount') return `${kind} ${goQuote(name)}`
  return `${kind} ${goQuote(`${name}/${namespace === '' ? bindingNamespace : namespace}`)}`
}

/** @param d - `errors`: what kept each binding's role from being found, in the order of visiting */
function unresolvedText(d: { errors: readonly string[] }): string {
  return `RBAC: ${aggregateText(d.errors)}`
}

/** Several errors as Kubernetes joins them: each once, in brackets where there are more than one. */
export function aggregateText(errors: readonly string[]): string {
  const distinct = [...new Set(errors)]
  return distinct.length === 1 ? `${distinct[0]}` : `[${distinct.join(', ')}]`
}

/** Why RBAC has no opinion. @param errors - from `RbacIndex.errorsFor` */
export function unresolvedReason(errors: readonly string[]): Message {
  return errors.length === 0 ? rbacMessages.make['no-rule']({}) : rbacMessages.make.unresolved({ errors })
}
