import { defineMessages, type Message, withParticle } from '../../../messages/index.ts'

/**
 * The stages that Haetae has, in the order in which the API server runs its plugins of the same name: "webhook,
 * resourcequota, and deny plugins must go at the end" (`pkg/kubeapiserver/options/plugins.go`).
 */
export const PLUGIN_ORDER = [
  'NamespaceLifecycle',
  'LimitRanger',
  'ServiceAccount',
  'NodeRestriction',
  'AlwaysPullImages',
  'PodSecurity',
  'PodSecurityPolicy',
  'PodNodeSelector',
  'DefaultTolerationSeconds',
  'PodTolerationRestriction',
  'EventRateLimit',
  'DenyServiceExternalIPs',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionWebhook',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionWebhook',
  'ResourceQuota',
] as const

export type PluginName = (typeof PLUGIN_ORDER)[number]

/** Those that an API server runs unless it is told otherwise ("Which plugins are enabled by default?"). */
export const DEFAULT_ON_PLUGINS: readonly PluginName[] = [
  'NamespaceLifecycle',
  'LimitRanger',
  'ServiceAccount',
  'PodSecurity',
  'DefaultTolerationSeconds',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionWebhook',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionWebhook',
  'ResourceQuota',
]

export const pluginMessages = defineMessages('admission-plugins', {
  unknown: {
    en: ({ flag, name, known }: { flag: string; name: string; known: readonly string[] }) =>
      `${flag}: there is no admission stage "${name}"; there are ${known.join(', ')}`,
    ko: ({ flag, name, known }: { flag: string; name: string; known: readonly string[] }) =>
      `${flag}: 어드미션 단계에 ${withParticle(`"${name}"`, '은/는')} 없습니다. 쓸 수 있는 것: ${known.join(', ')}`,
  },
  overlap: {
    en: ({ names }: { names: readonly string[] }) =>
      `enabled and disabled at once: ${names.join(', ')}; keep each in one of the two lists`,
    ko: ({ names }: { names: readonly string[] }) =>
      `켜기와 끄기 목록에 모두 있습니다: ${names.join(', ')}. 둘 중 한 목록에만 두십시오`,
  },
})

/** As `--enable-admission-plugins` and `--disable-admission-plugins` are given. */
export interface PluginChoice {
  readonly enable?: readonly string[]
  readonly disable?: readonly string[]
  /** What is on without being asked for; the API server's own choice where it is not given. */
  readonly defaults?: readonly PluginName[]
}

/**
 * Which stages run. "The order of plugins in this flag does not matter" (kube-apiserver reference).
 *
 * @returns their names in the order in which they run; or what is wrong with the choice
 */
export function choosePlugins({
  enable = [],
  disable = [],
  defaults = DEFAULT_ON_PLUGINS,
}: PluginChoice): { readonly names: readonly PluginName[] } | { readonly problem: Message } {
  const known: readonly string[] = PLUGIN_ORDER
  for (const [flag, names] of [
    ['--enable-admission-plugins', enable],
    ['--disable-admission-plugins', disable],
  ] as const) {
    const name = names.find((each) => !known.includes(each))
    if (name !== undefined) return { problem: pluginMessages.make.unknown({ flag, name, known }) }
  }
  const both = enable.filter((name) => disable.includes(name))
  if (both.length > 0) return { problem: pluginMessages.make.overlap({ names: both }) }
  const on = new Set<string>([...defaults, ...enable])
  return { names: PLUGIN_ORDER.filter((name) => on.has(name) && !disable.includes(name)) }
}
