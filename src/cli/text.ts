import type { Localized } from '../messages/index.ts'

/** Texts of the program's own help. */
export const programText = {
  description: {
    en: 'Haetae guards a Kubernetes cluster: the manifest, the request, the container, the person who enters it.',
    ko: '해태는 매니페스트, 요청, 컨테이너, 그리고 컨테이너에 들어가는 사람까지 쿠버네티스 클러스터를 지킵니다.',
  },
  version: { en: 'print the version', ko: '버전을 출력합니다' },
  help: { en: 'show this help', ko: '이 도움말을 보여 줍니다' },
  helpCommand: { en: 'show the help of a command', ko: '명령의 도움말을 보여 줍니다' },
  examples: {
    en: [
      'Examples:',
      '  haetae scan .                                   every manifest below this folder',
      '  kubectl get deploy web -o yaml | haetae scan -  one object',
      '  haetae scan --cluster --all-namespaces          a live cluster',
      '  haetae explain pod.yaml                         what really applies to each container',
    ].join('\n'),
    ko: [
      '예시:',
      '  haetae scan .                                   이 폴더 아래의 모든 매니페스트',
      '  kubectl get deploy web -o yaml | haetae scan -  오브젝트 하나',
      '  haetae scan --cluster --all-namespaces          실행 중인 클러스터',
      '  haetae explain pod.yaml                         컨테이너마다 실제로 적용되는 설정',
    ].join('\n'),
  },
} satisfies Record<string, Localized>

/** Options that several commands share. */
export const optionText = {
  lang: {
    en: 'language of the output: en or ko (default: from LC_ALL, LANG)',
    ko: '출력 언어: en 또는 ko (기본값: LC_ALL, LANG)',
  },
  colour: { en: 'no colours (also: NO_COLOR=1)', ko: '색을 쓰지 않습니다 (NO_COLOR=1과 같음)' },
  quiet: {
    en: 'no progress and no summary on standard error',
    ko: '표준 오류에 진행 상황과 요약을 쓰지 않습니다',
  },
  kubeconfig: { en: 'kubeconfig file', ko: 'kubeconfig 파일' },
  podKubeconfig: {
    en: 'with --pod: the cluster to ask for it where no container runtime knows it (default: in a pod, its own cluster)',
    ko: '--pod와 함께: 컨테이너 런타임이 파드를 알지 못할 때 물어볼 클러스터의 kubeconfig (기본값: 파드 안이면 그 클러스터)',
  },
  context: { en: 'context of the kubeconfig', ko: 'kubeconfig의 컨텍스트' },
  namespace: { en: 'only this namespace', ko: '이 네임스페이스만' },
  allNamespaces: { en: 'every namespace', ko: '모든 네임스페이스' },
  output: {
    en: 'write the report to a file instead of standard output',
    ko: '보고서를 표준 출력 대신 파일에 씁니다',
  },
} satisfies Record<string, Localized>

/** commander's own headings in help texts. */
export const helpTitles: Readonly<Record<string, string>> = {
  'Usage:': '사용법:',
  'Arguments:': '인자:',
  'Options:': '옵션:',
  'Commands:': '명령:',
  'Global Options:': '공통 옵션:',
}
