import { defineMessages, withParticle } from '../../messages/index.ts'
import type { EffectiveContainer, EffectivePod } from './effective-pod.ts'
import { asBoolean, asText, type Field, isGiven, items, under } from './field.ts'
import type { ContainerScope, PodScope } from './scope.ts'
import { byDefault, impliedBy, info, type Setting, settle, withNotes } from './setting.ts'
import type { Volume } from './volume-types.ts'

/** Where the ServiceAccount admission controller mounts the token. */
const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'

export const serviceAccountMessages = defineMessages('effective-service-account', {
  accountDecides: {
    en: ({ name }: { name: string }) =>
      `Unless the service account ${name} says automountServiceAccountToken: false.`,
    ko: ({ name }: { name: string }) =>
      `서비스 어카운트 ${name}에 automountServiceAccountToken: false가 있으면 마운트되지 않습니다.`,
  },
  ownMount: {
    en: ({ volume }: { volume: string }) =>
      `The container mounts the volume ${volume} in the token's place; no token is added there.`,
    ko: ({ volume }: { volume: string }) =>
      `컨테이너가 토큰 자리에 ${volume} 볼륨을 마운트하므로 토큰이 추가되지 않습니다.`,
  },
  projected: {
    en: ({ volume }: { volume: string }) => `The projected volume ${volume} brings a token of its own.`,
    ko: ({ volume }: { volume: string }) =>
      `projected 볼륨 ${withParticle(volume, '이/가')} 따로 토큰을 제공합니다.`,
  },
  ephemeral: {
    en: () => 'Tokens are not mounted into ephemeral containers.',
    ko: () => '임시(ephemeral) 컨테이너에는 토큰을 마운트하지 않습니다.',
  },
})

type PodAccount = Pick<EffectivePod, 'serviceAccountName' | 'automountServiceAccountToken'>

/**
 * "If both the ServiceAccount and the Pod's .spec specify a value for automountServiceAccountToken, the Pod spec
 * takes precedence." (Configure Service Accounts for Pods)
 */
export function serviceAccountOf({ spec }: PodScope): PodAccount {
  const serviceAccountName = settle(
    asText,
    [
      { from: 'pod', field: under(spec, 'serviceAccountName') },
      // "DeprecatedServiceAccount is a deprecated alias for ServiceAccountName."
      { from: 'pod', field: under(spec, 'serviceAccount') },
    ],
    byDefault('kubernetes', 'default'),
  )
  const { make } = serviceAccountMessages
  return {
    serviceAccountName,
    automountServiceAccountToken: settle(
      asBoolean,
      [{ from: 'pod', field: under(spec, 'automountServiceAccountToken') }],
      byDefault('kubernetes', true, info(make.accountDecides({ name: serviceAccountName.value }))),
    ),
  }
}

/** Whether a service account's token is to be found in the container, and why. */
export function tokenOf(
  scope: ContainerScope,
  volumes: ReadonlyMap<string, Volume>,
  { automountServiceAccountToken: automount }: PodAccount,
): EffectiveContainer['serviceAccountToken'] {
  const { make } = serviceAccountMessages
  const mounts = items(under(scope.container, 'volumeMounts'))
  const projected = mounts.find((mount) => isToken(volumeOf(mount, volumes)))
  if (projected !== undefined) {
    const volume = asText(under(projected, 'name')) ?? ''
    return mounted(projected, true, make.projected({ volume }))
  }
  if (scope.role === 'ephemeral') return byDefault('kubernetes', false, info(make.ephemeral({})))
  const inPlace = mounts.find((mount) => asText(under(mount, 'mountPath')) === TOKEN_PATH)
  if (automount.value && inPlace !== undefined) {
    const volume = asText(under(inPlace, 'name')) ?? ''
    return mounted(inPlace, false, make.ownMount({ volume }))
  }
  return withNotes(impliedBy(automount, automount.value), ...automount.notes)
}

function mounted(
  mount: Field,
  value: boolean,
  message: ReturnType<typeof serviceAccountMessages.make.projected>,
): Setting<boolean> {
  return { value, source: { from: 'container', path: mount.path }, notes: [info(message)] }
}

function volumeOf(mount: Field, volumes: ReadonlyMap<string, Volume>): Volume | undefined {
  return volumes.get(asText(under(mount, 'name')) ?? '')
}

function isToken(volume: Volume | undefined): boolean {
  if (volume?.type !== 'projected') return false
  return items(under(volume.source, 'sources')).some((source) =>
    isGiven(under(source, 'serviceAccountToken')),
  )
}
