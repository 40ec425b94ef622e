import { defineMessages, withParticle } from '../../../messages/index.ts'

type NoData = Readonly<Record<string, never>>

/** What a proposal says of itself. */
export const profileMessages = defineMessages('profile', {
  startNotSeen: {
    en: (_: NoData) =>
      'the start was not seen: what only the start needs is missing; restart the workload while it is recorded',
    ko: (_: NoData) =>
      '시작을 보지 못했습니다. 시작할 때만 필요한 것이 빠져 있으므로 기록하는 동안 워크로드를 다시 시작하십시오',
  },
  startUnknown: {
    en: (_: NoData) => 'what the start needs was not seen',
    ko: (_: NoData) => '시작할 때 무엇이 필요한지 보지 못했습니다',
  },
  notAllCalls: {
    en: (_: NoData) =>
      'the source does not tell of all system calls: a profile of these alone would refuse others that are needed; record with --live',
    ko: (_: NoData) =>
      '모든 시스템 콜을 알려 주는 소스가 아닙니다. 이것만으로 만든 프로파일은 필요한 콜을 막을 수 있으므로 --live로 기록하십시오',
  },
  tooShort: {
    en: (d: { seconds: number }) =>
      `the steady phase was watched for ${d.seconds} s only; record for longer, with the load that the workload has`,
    ko: (d: { seconds: number }) =>
      `안정된 구간을 ${d.seconds}초만 지켜봤습니다. 실제 부하를 주면서 더 오래 기록하십시오`,
  },
  lostEvents: {
    en: (d: { count: number }) => `${d.count} events were lost while it was recorded`,
    ko: (d: { count: number }) => `기록하는 동안 이벤트 ${d.count}개를 잃었습니다`,
  },
  compatCalls: {
    en: (_: NoData) => '32-bit system calls were made, whose names are not told: the profile refuses them',
    ko: (_: NoData) => '32비트 시스템 콜이 있었지만 이름을 알 수 없습니다. 프로파일은 이를 막습니다',
  },
  alreadyNonRoot: {
    en: (d: { users: readonly number[] }) => `it runs as user ${d.users.join(', ')}`,
    ko: (d: { users: readonly number[] }) =>
      `사용자 ${withParticle(d.users.join(', '), '으로/로')} 실행됩니다`,
  },
  noNeedOfRoot: {
    en: (_: NoData) =>
      'no capability was used, no user changed, and every file that it opened can be opened by others',
    ko: (_: NoData) =>
      '리눅스 기능(capability)을 쓰지 않았고, 사용자를 바꾸지 않았고, 연 파일은 모두 다른 사용자도 열 수 있습니다',
  },
  usesCapabilities: {
    en: (d: { names: readonly string[] }) =>
      `it used capabilities that another user does not have: ${d.names.join(', ')}`,
    ko: (d: { names: readonly string[] }) =>
      `다른 사용자에게는 없는 리눅스 기능(capability)을 썼습니다: ${d.names.join(', ')}`,
  },
  lowPort: {
    en: (d: { ports: readonly number[] }) =>
      `ports below 1024 (${d.ports.join(', ')}) are what it used NET_BIND_SERVICE for: with a port above, it need not be root`,
    ko: (d: { ports: readonly number[] }) =>
      `NET_BIND_SERVICE는 1024보다 작은 포트(${d.ports.join(', ')}) 때문에 썼습니다. 더 큰 포트를 쓰면 root가 아니어도 됩니다`,
  },
  changesUser: {
    en: (_: NoData) =>
      'it changes its user or group itself: start it as that user right away, where the program can do so',
    ko: (_: NoData) =>
      '스스로 사용자나 그룹을 바꿉니다. 프로그램이 지원하면 처음부터 그 사용자로 시작하십시오',
  },
  rootOnlyFiles: {
    en: (d: { paths: readonly string[] }) => `it opened files that only root can open: ${d.paths.join(', ')}`,
    ko: (d: { paths: readonly string[] }) => `root만 열 수 있는 파일을 열었습니다: ${d.paths.join(', ')}`,
  },
  modesUnknown: {
    en: (_: NoData) =>
      'whether the files that it opens can be opened by others is not known: neither the container runs here, nor another of its name and image that has them',
    ko: (_: NoData) =>
      '연 파일을 다른 사용자도 열 수 있는지 알 수 없습니다. 그 컨테이너도, 이름과 이미지가 같고 그 파일이 있는 다른 컨테이너도 여기서 실행 중이지 않습니다',
  },
  writesAsRoot: {
    en: (d: { folders: readonly string[] }) =>
      `it writes where another user may not be allowed to, and no emptyDir is proposed: ${d.folders.join(', ')}`,
    ko: (d: { folders: readonly string[] }) =>
      `다른 사용자에게는 쓰기가 허용되지 않을 수 있고 emptyDir도 제안하지 않은 곳에 씁니다: ${d.folders.join(', ')}`,
  },
  pathsCut: {
    en: (_: NoData) => 'it read or wrote more files than a recording keeps, and the others are not known',
    ko: (_: NoData) => '읽거나 쓴 파일이 기록에 남길 수 있는 수를 넘어 나머지는 알 수 없습니다',
  },
  capabilitiesUnknown: {
    en: (_: NoData) =>
      'which capabilities were used is not told by this source; those that its calls point to are proposed',
    ko: (_: NoData) =>
      '이 소스는 쓴 리눅스 기능(capability)을 알려 주지 않으므로 콜에서 짐작한 것을 제안합니다',
  },
  hidesFiles: {
    en: (d: { folders: readonly string[] }) =>
      `it writes where there are files or folders of the image that it needs, which an emptyDir would hide: ${d.folders.join(', ')}`,
    ko: (d: { folders: readonly string[] }) =>
      `필요한 이미지의 파일이나 폴더가 있는 곳에 씁니다. emptyDir를 두면 가려집니다: ${d.folders.join(', ')}`,
  },
  movesBetween: {
    en: (d: { files: readonly string[] }) =>
      `it moves or links files between folders that would be different file systems with emptyDirs, where not every program copies them instead: ${d.files.join(', ')}`,
    ko: (d: { files: readonly string[] }) =>
      `emptyDir를 두면 서로 다른 파일시스템이 되는 폴더 사이에서 파일을 옮기거나 링크합니다. 이때 대신 복사하지 않는 프로그램도 있습니다: ${d.files.join(', ')}`,
  },
  writesInRoot: {
    en: (d: { paths: readonly string[] }) =>
      `it writes into the root folder, where no volume can be: ${d.paths.join(', ')}`,
    ko: (d: { paths: readonly string[] }) => `볼륨을 둘 수 없는 루트 폴더에 씁니다: ${d.paths.join(', ')}`,
  },
  setIdPrograms: {
    en: (d: { paths: readonly string[] }) => `it executed set-id programs: ${d.paths.join(', ')}`,
    ko: (d: { paths: readonly string[] }) => `setuid 프로그램을 실행했습니다: ${d.paths.join(', ')}`,
  },
})
