/** Help of `haetae proc`. */
export const procText = {
  proc: {
    en: 'what an intruder with root on the node sees of a process: secrets, files, sockets, confinement, drift',
    ko: '노드의 root를 얻은 침입자에게 프로세스의 무엇이 보이는지 알려 줍니다: 시크릿, 파일, 소켓, 격리, 드리프트',
  },
  container: {
    en: 'the processes of this container, by its id or name',
    ko: '이 ID나 이름의 컨테이너에 있는 프로세스',
  },
  pod: { en: 'the containers of this pod: NAMESPACE/NAME', ko: '이 파드의 컨테이너: 네임스페이스/이름' },
  name: { en: 'only the container of this name', ko: '이 이름의 컨테이너만' },
  all: {
    en: 'every process of a container, not the first one alone',
    ko: '컨테이너의 첫 프로세스만이 아니라 모든 프로세스',
  },
  manifest: {
    en: 'hold the security context of this manifest against the process',
    ko: '이 매니페스트의 시큐리티 컨텍스트를 프로세스와 비교합니다',
  },
  cluster: {
    en: 'the same with the pod as the cluster has it',
    ko: '클러스터에 있는 파드로 같은 비교를 합니다',
  },
  containerRuntime: {
    en: "socket of the container runtime (default: containerd's, CRI-O's, Docker's, Podman's usual ones)",
    ko: '컨테이너 런타임의 소켓 (기본값: containerd, CRI-O, Docker, Podman이 흔히 쓰는 곳)',
  },
  showSecrets: {
    en: 'show values that look like secrets',
    ko: '시크릿으로 보이는 값도 그대로 보여 줍니다',
  },
  format: { en: 'text or json', ko: 'text 또는 json' },
  failOn: {
    en: 'exit with 1 for exposures of this severity or over: critical, high, medium, low, none; drift counts as high',
    ko: '이 심각도 이상의 노출이 있으면 1로 끝납니다: critical, high, medium, low, none. 드리프트는 high로 칩니다',
  },
} as const
