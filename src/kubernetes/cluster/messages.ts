import { defineMessages, withParticle } from '../../messages/index.ts'

/** What is said where a live cluster, or a part of it, cannot be read. */
export const clusterMessages = defineMessages('cluster', {
  'no-kubeconfig': {
    en: ({ tried, option }: { tried: readonly string[]; option: string }) =>
      `no kubeconfig (looked for ${tried.join(', ')}), and this is no pod of a cluster; give one with ${option}`,
    ko: ({ tried, option }: { tried: readonly string[]; option: string }) =>
      `kubeconfig를 찾을 수 없고(확인한 위치: ${tried.join(', ')}) 클러스터의 파드 안도 아닙니다. ${withParticle(option, '으로/로')} 지정합니다`,
  },
  'not-a-kubeconfig': {
    en: (_: object) => 'this is not a kubeconfig: it must be a mapping with clusters, users and contexts',
    ko: (_: object) => 'kubeconfig가 아닙니다. clusters, users, contexts가 있는 매핑이어야 합니다',
  },
  'kubeconfig-field': {
    en: ({ field, kind }: { field: string; kind: 'list' | 'string' }) =>
      kind === 'list' ? `${field} must be a list` : `${field} is missing, or not a string`,
    ko: ({ field, kind }: { field: string; kind: 'list' | 'string' }) =>
      kind === 'list'
        ? `${withParticle(field, '은/는')} 목록이어야 합니다`
        : `${withParticle(field, '이/가')} 없거나 문자열이 아닙니다`,
  },
  'no-context': {
    en: ({ context, known }: { context: string; known: readonly string[] }) =>
      context === ''
        ? `the kubeconfig names no current context${known.length === 0 ? ' and has none to choose' : `; choose one with --context (${known.join(', ')})`}`
        : `the kubeconfig has no context "${context}" with a cluster${known.length === 0 ? '; it has no contexts at all' : ` (it has ${known.join(', ')})`}`,
    ko: ({ context, known }: { context: string; known: readonly string[] }) =>
      context === ''
        ? `kubeconfig에 현재 컨텍스트가 없습니다. ${known.length === 0 ? '고를 수 있는 컨텍스트도 없습니다' : `--context로 선택합니다(${known.join(', ')})`}`
        : `kubeconfig에 클러스터가 지정된 컨텍스트 "${context}" 항목이 없습니다${known.length === 0 ? '. 컨텍스트가 하나도 없습니다' : `(있는 항목: ${known.join(', ')})`}`,
  },
  'plain-http': {
    en: ({ cluster, files }: { cluster: string; files: readonly string[] }) =>
      `the server of cluster "${cluster}" in ${files.join(', ')} begins with http://, so credentials would go unencrypted; give its https:// address, or set insecure-skip-tls-verify: true for this cluster where that is wanted`,
    ko: ({ cluster, files }: { cluster: string; files: readonly string[] }) =>
      `${files.join(', ')}에 있는 클러스터 "${cluster}" 항목의 server가 http://로 시작해 크리덴셜이 암호화되지 않은 채 전송됩니다. https:// 주소로 바꾸거나, 그래도 괜찮다면 이 클러스터에 insecure-skip-tls-verify: true를 설정합니다`,
  },
  'credentials-form': {
    en: (_: object) =>
      "the kubeconfig's credentials cannot be used: the token, or what the credential plugin printed, is malformed",
    ko: (_: object) =>
      'kubeconfig의 크리덴셜을 사용할 수 없습니다. 토큰이나 크리덴셜 플러그인의 출력이 형식에 맞지 않습니다',
  },
  credentials: {
    en: ({ reason }: { reason: string }) => `the kubeconfig's credentials cannot be used: ${reason}`,
    ko: ({ reason }: { reason: string }) => `kubeconfig의 크리덴셜을 사용할 수 없습니다: ${reason}`,
  },
  unreachable: {
    en: ({ server, reason }: { server: string; reason: string }) =>
      `the API server ${server} cannot be reached: ${reason}`,
    ko: ({ server, reason }: { server: string; reason: string }) =>
      `API 서버 ${server}에 연결할 수 없습니다: ${reason}`,
  },
  timeout: {
    en: ({ server, seconds }: { server: string; seconds: number }) =>
      `the API server ${server} did not answer within ${seconds} seconds`,
    ko: ({ server, seconds }: { server: string; seconds: number }) =>
      `API 서버 ${server}에서 ${seconds}초 안에 응답이 오지 않았습니다`,
  },
  unauthorized: {
    en: ({ server }: { server: string }) =>
      `the API server ${server} does not accept the kubeconfig's credentials (401)`,
    ko: ({ server }: { server: string }) =>
      `API 서버 ${server}에서 kubeconfig의 크리덴셜을 받아들이지 않습니다(401)`,
  },
  forbidden: {
    en: ({ resource, namespace }: { resource: string; namespace: string }) =>
      `not allowed to read ${resource} ${scope('en', namespace)}; they are not in this result`,
    ko: ({ resource, namespace }: { resource: string; namespace: string }) =>
      `${scope('ko', namespace)} ${resource} 리소스를 읽을 권한이 없어 결과에서 빠졌습니다`,
  },
  'no-namespace': {
    en: ({ namespace }: { namespace: string }) => `the cluster has no namespace "${namespace}"`,
    ko: ({ namespace }: { namespace: string }) => `클러스터에 네임스페이스 "${namespace}" 항목이 없습니다`,
  },
  expired: {
    en: ({ resource }: { resource: string }) =>
      `the list of ${resource} changed faster than it could be read; not all of them are in this result`,
    ko: ({ resource }: { resource: string }) =>
      `${resource} 목록이 읽는 속도보다 빠르게 바뀌어 일부가 결과에서 빠졌습니다`,
  },
  answer: {
    en: ({ resource, reason }: { resource: string; reason: string }) =>
      `the API server could not list ${resource}: ${reason}`,
    ko: ({ resource, reason }: { resource: string; reason: string }) =>
      `API 서버에서 ${resource} 목록을 가져오지 못했습니다: ${reason}`,
  },
})

function scope(language: 'en' | 'ko', namespace: string): string {
  if (language === 'en') return namespace === '' ? 'of the cluster' : `in namespace ${namespace}`
  return namespace === '' ? '클러스터의' : `네임스페이스 ${namespace}의`
}
