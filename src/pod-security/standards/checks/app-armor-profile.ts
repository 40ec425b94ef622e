import { withParticle } from '../../../messages/index.ts'
import { appArmorProfile as control } from '../controls/app-armor-profile.ts'
import { pathsOf } from '../setters.ts'
import { controlChecks } from './control-check.ts'
import { listed, who, whoInKorean } from './offence-facts.ts'
import { settingField } from './patch.ts'

/** Medium: AppArmor is one of several layers. */
export const appArmorProfile = controlChecks({
  control,
  severity: 'medium',
  title: { en: 'AppArmor turned off or unknown profile', ko: '꺼져 있거나 알 수 없는 AppArmor 프로파일' },
  references: ['https://kubernetes.io/docs/tutorials/security/apparmor/'],
  forbidden: {
    en: (facts) => `${who(facts)} sets the AppArmor profile ${listed(facts.values)}`,
    ko: (facts) =>
      `${whoInKorean(facts, '은/는')} AppArmor 프로파일을 ${withParticle(listed(facts.values), '으로/로')} 지정합니다`,
  },
  advice: {
    en: "Use the runtime's default profile, or a profile of your own loaded on the nodes (Localhost).",
    ko: '런타임의 기본 프로파일을 사용하거나, 노드에 올려 둔 직접 만든 프로파일(Localhost)을 사용합니다.',
  },
  // Not safe: the default profile forbids some of what an unconfined program may do, such as mount.
  mend: (offences, pod) => ({
    operations: offences.flatMap((offence) => {
      const value = offence.setter.kind === 'annotation' ? 'runtime/default' : 'RuntimeDefault'
      return pathsOf(offence).map((path) => settingField(pod, path, value))
    }),
    safe: false,
  }),
})
