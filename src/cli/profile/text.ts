/** Help of `haetae profile`. */
export const profileText = {
  profile: {
    en: 'from what a workload was seen to do, the tightest settings that allow it: seccomp, capabilities, user, read-only root',
    ko: '워크로드가 실제로 하는 일을 관찰해 그것을 허용하는 가장 엄격한 설정을 제안합니다: seccomp, 리눅스 기능, 사용자, 읽기 전용 루트',
  },
  recording: {
    en: 'recordings that --save wrote, of several runs or replicas: they are merged',
    ko: '--save가 쓴 기록. 여러 번의 실행이나 여러 레플리카의 기록을 합칩니다',
  },
  save: { en: 'write the recordings to this file', ko: '기록을 이 파일에 씁니다' },
  manifest: {
    en: "the workload's manifest, which the proposal becomes a patch of",
    ko: '워크로드의 매니페스트. 제안을 이 파일의 패치로 만듭니다',
  },
  output: {
    en: 'write the patched manifest, the patch and the seccomp profiles into this folder',
    ko: '패치한 매니페스트, 패치, seccomp 프로파일을 이 폴더에 씁니다',
  },
  base: {
    en: 'container runtime whose own calls are allowed too: containerd, crio, docker, none',
    ko: '자신의 콜도 허용할 컨테이너 런타임: containerd, crio, docker, none',
  },
  architecture: {
    en: 'architecture of the profile, e.g. SCMP_ARCH_AARCH64 (may be given several times; default: SCMP_ARCH_X86_64)',
    ko: '프로파일의 아키텍처. 예: SCMP_ARCH_AARCH64 (여러 번 쓸 수 있음. 기본값: SCMP_ARCH_X86_64)',
  },
  user: { en: 'user id to run as instead of root', ko: 'root 대신 실행할 사용자 id' },
  logMode: {
    en: 'let the patch use the profile in log mode: other calls are done and logged',
    ko: '패치가 로그 모드의 프로파일을 쓰게 합니다. 그 밖의 콜은 실행되고 기록됩니다',
  },
  verify: {
    en: 'report the calls that this seccomp profile would have refused, instead of proposing one',
    ko: '프로파일을 제안하는 대신 이 seccomp 프로파일이 막았을 콜을 보고합니다',
  },
  auditLog: {
    en: "with --verify: the kernel's audit log (audit.log, syslog, dmesg), - for standard input",
    ko: '--verify와 함께: 커널 감사 로그 (audit.log, syslog, dmesg). 표준 입력은 -',
  },
} as const
