/** Help of `haetae immutability`. */
export const immutabilityText = {
  immutability: {
    en: 'whether containers still are what their images made: new programs, writes to system folders, shells',
    ko: '컨테이너가 이미지 그대로인지 알려 줍니다: 새 프로그램, 시스템 폴더에 쓰기, 셸',
  },
  entrypoint: {
    en: 'the program that the container should start with',
    ko: '컨테이너가 시작해야 하는 프로그램',
  },
  manifest: {
    en: 'the manifest: shells that its exec probes and hooks start are none that somebody entered',
    ko: '매니페스트. 여기에 적힌 exec 프로브와 훅이 시작하는 셸은 누가 들어온 것으로 보지 않습니다',
  },
  cluster: {
    en: 'the same with the pods as the cluster has them',
    ko: '클러스터에 있는 파드로 똑같이 합니다',
  },
  failOn: {
    en: 'changed: exit with 1 where a container has changed; or none',
    ko: 'changed: 바뀐 컨테이너가 있으면 1로 끝납니다. 또는 none',
  },
} as const
