import type { Check, Detection, PatchOperation } from '../../findings/index.ts'
import type { FieldPath, PodTemplateView } from '../../kubernetes/index.ts'
import { defineMessages, withParticle } from '../../messages/index.ts'
import {
  type AnyContainer,
  containerPath,
  forEachContainer,
  forEachRecord,
  nameOf,
  specPath,
} from '../containers.ts'
import { appendItems } from '../patch.ts'

interface Variables {
  readonly container: string
  readonly variables: readonly string[]
}

interface Whole {
  readonly container: string
  readonly secret: string
}

const messages = defineMessages('secret-in-environment-reference', {
  variables: {
    en: ({ container, variables }: Variables) =>
      `container "${container}" gets Secrets as environment variables (${variables.join(', ')}), not as files`,
    ko: ({ container, variables }: Variables) =>
      `${withParticle(`컨테이너 "${container}"`, '이/가')} 시크릿을 파일이 아닌 환경 변수(${variables.join(', ')})로 받습니다`,
  },
  whole: {
    en: ({ container, secret }: Whole) =>
      `container "${container}" gets every key of Secret "${secret}" as an environment variable`,
    ko: ({ container, secret }: Whole) =>
      `${withParticle(`컨테이너 "${container}"`, '이/가')} ${withParticle(`시크릿 "${secret}"`, '을/를')} 통째로 환경 변수로 받습니다`,
  },
  remedy: {
    en: () => 'Mount the Secret as a read-only volume and let the program read the file.',
    ko: () => '시크릿을 읽기 전용 볼륨으로 마운트하고 프로그램이 그 파일을 읽게 합니다.',
  },
})

/** Where the remediation mounts a Secret, followed by its name. */
const MOUNT_ROOT = '/etc/secrets'

/** Low: the value is not in the manifest, but in every child process, crash dump and `describe` of the process. */
export const secretInEnvironmentReference: Check = {
  id: 'secret-in-environment-reference',
  severity: 'low',
  title: { en: 'Secret passed as environment variable', ko: '환경 변수로 전달되는 시크릿' },
  messages,
  references: [
    'https://kubernetes.io/docs/concepts/security/secrets-good-practices/',
    'https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod',
  ],
  run({ pod }, report) {
    if (pod === undefined) return
    forEachContainer(pod.spec, (container, field, index) => {
      if (container.env === undefined && container.envFrom === undefined) return
      const references = referencesOf(container)
      if (references.length > 0) {
        const path = containerPath(pod, field, index)
        report(variablesDetection(pod, container, path, references))
      }
      forEachRecord<{ secretRef?: { name?: unknown } | null }>(container.envFrom, ({ secretRef }, at) => {
        if (secretRef === undefined || secretRef === null) return
        const path = containerPath(pod, field, index)
        const secret = String(secretRef.name ?? '')
        const patch: PatchOperation[] = [
          { op: 'remove', path: [...path, 'envFrom', at] },
          ...mountSecrets(pod, container, path, [secret]),
        ]
        report({
          path: [...path, 'envFrom', at, 'secretRef'],
          message: messages.make.whole({ container: nameOf(container), secret }),
          remediation: { message: messages.make.remedy({}), patch, safe: false },
        })
      })
    })
  },
}

interface SecretReference {
  readonly at: number
  readonly variable: string
  readonly secret: string
  readonly key: string
}

/** The variables that come from Secrets; one list a container is allocated only where there is one. */
function referencesOf(container: AnyContainer): readonly SecretReference[] {
  const references: SecretReference[] = []
  forEachRecord<{ name?: unknown; valueFrom?: { secretKeyRef?: { name?: unknown; key?: unknown } } | null }>(
    container.env,
    ({ name, valueFrom }, at) => {
      const reference = valueFrom?.secretKeyRef
      if (reference === undefined || reference === null) return
      const secret = String(reference.name ?? '')
      references.push({ at, variable: String(name ?? ''), secret, key: String(reference.key ?? '') })
    },
  )
  return references
}

function variablesDetection(
  pod: PodTemplateView,
  container: AnyContainer,
  path: FieldPath,
  references: readonly SecretReference[],
): Detection {
  const secrets = [...new Set(references.map(({ secret }) => secret))]
  // Many programs take the path of a file in a variable named so; the official images of databases do.
  const files = references.map(({ at, variable, secret, key }): PatchOperation => {
    const value = { name: `${variable}_FILE`, value: `${MOUNT_ROOT}/${secret}/${key}` }
    return { op: 'replace', path: [...path, 'env', at], value }
  })
  return {
    path: [...path, 'env', references[0]?.at ?? 0, 'valueFrom', 'secretKeyRef'],
    message: messages.make.variables({
      container: nameOf(container),
      variables: references.map(({ variable }) => variable),
    }),
    // Not safe: the program must know to read a file.
    remediation: {
      message: messages.make.remedy({}),
      patch: [...files, ...mountSecrets(pod, container, path, secrets)],
      safe: false,
    },
  }
}

function mountSecrets(
  pod: PodTemplateView,
  container: AnyContainer,
  path: FieldPath,
  secrets: readonly string[],
): PatchOperation[] {
  const volumes = secrets.map((secretName) => ({ name: volumeName(secretName), secret: { secretName } }))
  const mounts = secrets.map((secret) => ({
    name: volumeName(secret),
    mountPath: `${MOUNT_ROOT}/${secret}`,
    readOnly: true,
  }))
  return [
    ...appendItems(pod.spec.volumes, specPath(pod, 'volumes'), volumes),
    ...appendItems(container.volumeMounts, [...path, 'volumeMounts'], mounts),
  ]
}

/** A volume's name is a DNS label (RFC 1123), a Secret's a subdomain: dots become dashes. */
function volumeName(secret: string): string {
  return `secret-${secret.replaceAll('.', '-')}`.slice(0, 63).replace(/-+$/, '')
}
