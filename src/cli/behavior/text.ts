/** Help of the options by which commands observe behaviour. */
export const behaviorText = {
  events: {
    en: 'files of events: captures (.scap), JSON Lines, strace, Tetragon; - for standard input',
    ko: '이벤트 파일: 캡처(.scap), JSON Lines, strace, Tetragon. 표준 입력은 -',
  },
  live: {
    en: "the kernel's events of this machine (by the sensor, or what takes its place)",
    ko: '이 머신의 커널 이벤트 (센서나 센서를 대신하는 것으로)',
  },
  for: {
    en: 'how long to record with --live: 30s, 5m, 1h (default: until it is stopped)',
    ko: '--live로 기록할 시간: 30s, 5m, 1h (기본값: 멈출 때까지)',
  },
  sensor: {
    en: 'auto, a kind of sensor, or the path of haetae-sensor (default: auto, with HAETAE_SENSOR or the one built here)',
    ko: 'auto, 센서의 종류, 또는 haetae-sensor의 경로 (기본값: auto. HAETAE_SENSOR나 여기서 빌드한 것)',
  },
  containerRuntime: {
    en: "socket of the container runtime (default: containerd's, CRI-O's, Docker's, Podman's usual ones)",
    ko: '컨테이너 런타임의 소켓 (기본값: containerd, CRI-O, Docker, Podman이 흔히 쓰는 곳)',
  },
  container: {
    en: 'only this container, by its id or name (may be given several times)',
    ko: '이 ID나 이름의 컨테이너만 (여러 번 쓸 수 있습니다)',
  },
  pod: {
    en: 'only pods of this name, or of names that begin with it: NAMESPACE/NAME',
    ko: '이름이 같거나 이 이름으로 시작하는 파드만: 네임스페이스/이름',
  },
  name: { en: 'only the container of this name in the pod', ko: '파드에서 이 이름의 컨테이너만' },
  format: { en: 'text or json', ko: 'text 또는 json' },
} as const
