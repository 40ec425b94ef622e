import type { Check } from '../../findings/index.ts'
import { defineMessages, withParticle } from '../../messages/index.ts'
import { forEachRecord, specPath } from '../containers.ts'
import { windowsPod } from '../windows.ts'

interface Data {
  readonly secret: string
}

const messages = defineMessages('windows-secret-plain-text', {
  volume: {
    en: ({ secret }: Data) =>
      `Secret "${secret}" is written in clear text to the local disk of the Windows node that runs this pod`,
    ko: ({ secret }: Data) =>
      `${withParticle(`시크릿 "${secret}"`, '이/가')} 이 파드를 실행하는 윈도우 노드의 로컬 디스크에 평문으로 기록됩니다`,
  },
  remedy: {
    en: () => 'Restrict the directory with file ACLs and encrypt the node’s volume with BitLocker.',
    ko: () => '파일 ACL로 디렉터리 접근을 제한하고 BitLocker로 노드의 볼륨을 암호화합니다.',
  },
})

interface Volume {
  readonly secret?: { readonly secretName?: unknown } | null
  readonly projected?: { readonly sources?: unknown } | null
}

/** Medium: whoever gets the disk, or reads files on the node, has the Secret; on Linux it is in memory only. */
export const windowsSecretPlainText: Check = {
  id: 'windows-secret-plain-text',
  severity: 'medium',
  title: { en: 'Secret in clear text on a Windows node', ko: '윈도우 노드에 평문으로 저장되는 시크릿' },
  messages,
  references: [
    'https://kubernetes.io/docs/concepts/security/windows-security/#protection-for-secret-data-on-nodes',
  ],
  run({ pod }, report) {
    if (pod === undefined || pod.spec.volumes === undefined || windowsPod(pod.spec) === undefined) return
    // concepts/security/windows-security: "On Windows, data from Secrets are written out in clear text onto the
    // node's local storage (as compared to using tmpfs / in-memory filesystems on Linux)."
    forEachRecord<Volume>(pod.spec.volumes, ({ secret, projected }, index) => {
      if (secret !== undefined && secret !== null)
        reportSecret(secret.secretName, ['volumes', index, 'secret'])
      forEachRecord<{ secret?: { name?: unknown } | null }>(projected?.sources, (source, at) => {
        if (source.secret === undefined || source.secret === null) return
        reportSecret(source.secret.name, ['volumes', index, 'projected', 'sources', at, 'secret'])
      })
    })

    function reportSecret(name: unknown, field: readonly (string | number)[]): void {
      if (pod === undefined) return
      report({
        path: specPath(pod, ...field),
        message: messages.make.volume({ secret: String(name ?? '') }),
        // The measures are the node's: nothing to patch in the pod.
        remediation: { message: messages.make.remedy({}), patch: [], safe: false },
      })
    }
  },
}
