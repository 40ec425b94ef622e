import {
  type Check,
  type Detection,
  SECRET_KINDS,
  type SecretKind,
  secretInArgument,
  secretKindOf,
} from '../../findings/index.ts'
import type { FieldPath } from '../../kubernetes/index.ts'
import { defineMessages, withParticle } from '../../messages/index.ts'
import { type AnyContainer, containerPath, forEachContainer, forEachRecord, nameOf } from '../containers.ts'

type Report = (detection: Detection) => void

interface VariableData {
  readonly container: string
  readonly variable: string
}

interface ArgumentData {
  readonly container: string
  readonly option: string
}

interface Recognised {
  readonly kind: Exclude<SecretKind, 'named'>
}

// The value itself is in no message: reports are read by more people than the manifest.
const messages = defineMessages('secret-in-environment-literal', {
  variable: {
    en: ({ container, variable }: VariableData) =>
      `environment variable ${variable} of container "${container}" holds a secret in plain text`,
    ko: ({ container, variable }: VariableData) =>
      `컨테이너 "${container}"의 환경 변수 ${variable}에 비밀 값이 평문으로 들어 있습니다`,
  },
  'variable-recognised': {
    en: ({ container, variable, kind }: VariableData & Recognised) =>
      `environment variable ${variable} of container "${container}" holds ${SECRET_KINDS[kind].en} in plain text`,
    ko: ({ container, variable, kind }: VariableData & Recognised) =>
      `컨테이너 "${container}"의 환경 변수 ${variable}에 ${withParticle(SECRET_KINDS[kind].ko, '이/가')} 평문으로 들어 있습니다`,
  },
  argument: {
    en: ({ container, option }: ArgumentData) =>
      `the command line of container "${container}" gives ${option} a secret in plain text`,
    ko: ({ container, option }: ArgumentData) =>
      `컨테이너 "${container}"의 명령줄에서 ${option}에 비밀 값이 평문으로 주어져 있습니다`,
  },
  'argument-recognised': {
    en: ({ container, kind }: { readonly container: string } & Recognised) =>
      `the command line of container "${container}" holds ${SECRET_KINDS[kind].en} in plain text`,
    ko: ({ container, kind }: { readonly container: string } & Recognised) =>
      `컨테이너 "${container}"의 명령줄에 ${withParticle(SECRET_KINDS[kind].ko, '이/가')} 평문으로 들어 있습니다`,
  },
  remedy: {
    en: () =>
      'Move the value to a Secret, mount that as a volume, and replace the value itself: whoever could read the manifest knows it.',
    ko: () =>
      '값을 시크릿으로 옮겨 볼륨으로 마운트하고, 값 자체도 새로 발급합니다. 매니페스트를 읽을 수 있던 사람은 이미 그 값을 알 수 있습니다.',
  },
})

/** High: everybody who may read the manifest, its repository or the pod has the secret. */
export const secretInEnvironmentLiteral: Check = {
  id: 'secret-in-environment-literal',
  severity: 'high',
  title: { en: 'Secret in plain text in the pod spec', ko: '파드 스펙에 평문으로 적힌 비밀 값' },
  messages,
  references: [
    'https://kubernetes.io/docs/concepts/security/secrets-good-practices/',
    'https://kubernetes.io/docs/concepts/configuration/secret/',
  ],
  run({ pod }, report) {
    if (pod === undefined) return
    forEachContainer(pod.spec, (container, field, index) => {
      // Most containers have nothing to look at.
      if (container.env === undefined && container.command === undefined && container.args === undefined)
        return
      const path = containerPath(pod, field, index)
      checkVariables(container, path, report)
      checkWords(container, container.command, [...path, 'command'], report)
      checkWords(container, container.args, [...path, 'args'], report)
    })
  },
}

function checkVariables(container: AnyContainer, path: FieldPath, report: Report): void {
  forEachRecord<{ name?: unknown; value?: unknown }>(container.env, ({ name, value }, at) => {
    if (typeof value !== 'string' || typeof name !== 'string') return
    const kind = secretKindOf(name, value)
    if (kind === undefined) return
    const data = { container: nameOf(container), variable: name }
    const secretKeyRef = { name: secretName(container), key: name }
    report({
      path: [...path, 'env', at, 'value'],
      message:
        kind === 'named'
          ? messages.make.variable(data)
          : messages.make['variable-recognised']({ ...data, kind }),
      holdsSecret: true,
      remediation: {
        message: messages.make.remedy({}),
        patch: [{ op: 'replace', path: [...path, 'env', at], value: { name, valueFrom: { secretKeyRef } } }],
        // Not safe: the Secret must be made first.
        safe: false,
      },
    })
  })
}

function checkWords(container: AnyContainer, words: unknown, path: FieldPath, report: Report): void {
  if (!Array.isArray(words)) return
  for (let at = 0; at < words.length; at++) {
    const word: unknown = words[at]
    const secret = typeof word === 'string' ? secretInArgument(word, words[at + 1]) : undefined
    if (secret === undefined) continue
    const { kind, option } = secret
    const data = { container: nameOf(container) }
    report({
      path: [...path, at],
      message:
        kind === 'named'
          ? messages.make.argument({ ...data, option })
          : messages.make['argument-recognised']({ ...data, kind }),
      holdsSecret: true,
      // How else the program takes the value is not in the manifest: nothing to patch.
      remediation: { message: messages.make.remedy({}), patch: [], safe: false },
    })
  }
}

/** A Secret's name that suggests itself; a DNS subdomain, as the container's name is. */
function secretName(container: AnyContainer): string {
  const name = nameOf(container)
  return name === '' ? 'credentials' : `${name}-credentials`
}
