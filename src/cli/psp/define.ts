import type { Registration } from '../program.ts'
import { optionText } from '../text.ts'

const text = {
  psp: {
    en: 'PodSecurityPolicy: check pods, plan the migration',
    ko: '파드시큐리티폴리시: 파드 점검과 마이그레이션 계획',
  },
  check: { en: 'what the policies decide about pods', ko: '폴리시가 파드를 어떻게 판정하는지 보여 줍니다' },
  migrate: {
    en: 'the nearest Pod Security level of each policy, and what is lost',
    ko: '폴리시마다 가장 가까운 파드 시큐리티 수준과 잃게 되는 것을 보여 줍니다',
  },
  format: { en: 'text or json', ko: 'text 또는 json' },
  version: {
    en: "version of the standards for the labels: latest, or the cluster's minor version such as v1.30",
    ko: '레이블에 쓸 스탠다드의 버전: latest 또는 클러스터의 마이너 버전(예: v1.30)',
  },
  authorized: {
    en: 'only these policies may be used (names, separated by commas; repeatable)',
    ko: '이 폴리시만 사용할 수 있다고 봅니다 (쉼표로 구분한 이름, 여러 번 가능)',
  },
  user: {
    en: 'who creates the pods: policies must be granted by the RBAC objects of the input',
    ko: '파드를 만드는 사용자: 입력에 있는 RBAC 오브젝트가 허용하는 폴리시만 씁니다',
  },
  group: { en: 'a group of that user (repeatable)', ko: '그 사용자의 그룹 (여러 번 가능)' },
  serviceAccount: {
    en: 'the service account that creates the pods, as NAMESPACE:NAME',
    ko: '파드를 만드는 서비스 어카운트(NAMESPACE:NAME)',
  },
  policies: {
    en: 'file or folder with the policies (default: those among the paths)',
    ko: '폴리시가 있는 파일이나 폴더 (기본값: 주어진 경로 안의 폴리시)',
  },
} as const

/** `haetae psp check|migrate`. */
export function definePsp({ program, language, finish }: Registration): void {
  const psp = program.command('psp').description(text.psp[language])
  psp
    .command('check <paths...>')
    .description(text.check[language])
    .option('--policies <path>', text.policies[language])
    .option('--authorized <names>', text.authorized[language], collect)
    .option('--user <name>', text.user[language])
    .option('--group <name>', text.group[language], collect)
    .option('--service-account <namespace:name>', text.serviceAccount[language])
    .option('-f, --format <name>', text.format[language], 'text')
    .option('--lang <language>', optionText.lang[language])
    .option('--no-color', optionText.colour[language])
    .action(async (paths: string[], options) => {
      const { checkPolicies } = await import('./command.ts')
      finish(await checkPolicies(paths, options, language))
    })
  psp
    .command('migrate <paths...>')
    .description(text.migrate[language])
    .option('--version <version>', text.version[language], 'latest')
    .option('-f, --format <name>', text.format[language], 'text')
    .option('--lang <language>', optionText.lang[language])
    .option('--no-color', optionText.colour[language])
    .action(async (paths: string[], options) => {
      const { migratePolicies } = await import('./command.ts')
      finish(await migratePolicies(paths, options, language))
    })
}

/** An option that may be given several times. */
function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value]
}
